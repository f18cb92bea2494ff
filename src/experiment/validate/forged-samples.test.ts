/** Samples that no machine gives. */
import { describe, expect, it } from 'vitest';
import { mad, median } from '../../stats/centre.ts';
import { gaussian, seededRandom } from '../../stats/random.ts';
import { sampleFindings } from './samples.ts';
import { consistent, type Draft, first, forged, measured, sumUp } from './testdata/forger.ts';
import { type Forgery, process, refusesConsistent, visits } from './testdata/forgery.ts';

/** Samples of each row's visits, made from others in their length, of a fifth of their scatter on top. */
function withNoise(draft: Draft, of: (row: Draft['cases'][number]) => readonly number[]): void {
  const random = seededRandom(9);
  for (const row of measured(draft)) {
    const from = [...of(row)];
    const level = median(from);
    for (const visit of row.visits) {
      const noise = () => 0.2 * mad(from) * gaussian(random);
      visit.samples = from.map((sample) => ((sample + noise()) * visit.medianSeconds) / level);
    }
  }
  sumUp(draft);
}

/** Made by a forger who derives everything again. */
const CONSISTENT: readonly Forgery[] = [
  [
    'constant samples',
    (draft) => {
      for (const visit of visits(draft)) visit.samples = (visit.samples ?? []).map(() => visit.medianSeconds);
    },
    /all \d+ samples are/,
  ],
  [
    'samples of two values',
    (draft) => {
      for (const visit of visits(draft))
        visit.samples = (visit.samples ?? []).map((_, i) => visit.medianSeconds * (i % 2 === 0 ? 0.98 : 1.02));
    },
    /have 2 values|those of/,
  ],
  [
    'sorted samples',
    (draft) => {
      for (const visit of visits(draft)) visit.samples = [...(visit.samples ?? [])].sort((a, b) => a - b);
    },
    /are sorted/,
  ],
  [
    'samples sorted downwards',
    (draft) => {
      for (const visit of visits(draft)) visit.samples = [...(visit.samples ?? [])].sort((a, b) => b - a);
    },
    /are sorted/,
  ],
  [
    'processes with the samples of the first',
    (draft) => {
      for (const row of measured(draft))
        for (const visit of row.visits.slice(1)) visit.samples = [...(row.visits[0]?.samples ?? [])];
    },
    /samples are those of/,
  ],
  [
    'the same, each by its own factor',
    (draft) => {
      for (const row of measured(draft))
        for (const [i, visit] of row.visits.entries())
          visit.samples = (row.visits[0]?.samples ?? []).map((sample) => sample * (1 + i / 50));
    },
    /times a constant/,
  ],
  [
    'the same, in another order',
    (draft) => {
      for (const row of measured(draft))
        for (const visit of row.visits.slice(1)) visit.samples = [...(row.visits[0]?.samples ?? [])].reverse();
    },
    /in another order/,
  ],
  [
    'samples of one row under another',
    (draft) => {
      const [one, other] = measured(draft);
      if (one && other) other.visits = structuredClone(one.visits);
    },
    /samples are those of|profile/,
  ],
  [
    'samples drawn from those of the visit',
    (draft) => {
      const random = seededRandom(5);
      for (const visit of visits(draft)) {
        const own = visit.samples ?? [];
        visit.samples = own.map(() => own[Math.floor(random() * own.length)] ?? 0);
      }
    },
    /samples repeat another of their visit/,
  ],
  [
    'processes with the samples of the first and noise on them',
    (draft) => withNoise(draft, (row) => row.visits[0]?.samples ?? []),
    /go up and down with those of another/,
  ],
  [
    'rows with the samples of the first and noise on them',
    (draft) => {
      const [one] = first(draft).visits;
      const samples = [...(one?.samples ?? [])];
      withNoise(draft, () => samples);
    },
    /go up and down with those of another/,
  ],
  [
    'a process more, a copy',
    (draft) => {
      const last = process(draft, 2);
      draft.settings.processes = 4;
      draft.settings.looks = [4];
      const startedAt = new Date(Date.parse(last.startedAt) + last.seconds * 1e3 + 10).toISOString();
      draft.processes.push({ ...structuredClone(last), index: 3, orderSeed: last.orderSeed + 1, startedAt });
      for (const { visits: own } of measured(draft)) {
        const [copy] = structuredClone(own.slice(-1));
        if (copy) own.push({ ...copy, process: 3 });
      }
    },
    /same sentinel reading|samples are those/,
  ],
  [
    'half of the samples left out',
    (draft) => {
      for (const visit of visits(draft)) visit.samples = (visit.samples ?? []).filter((_, i) => i % 2 === 0);
    },
    /samples are not a multiple|samples take|profile/,
  ],
  [
    'half of the blocks left out',
    (draft) => {
      for (const visit of visits(draft)) visit.samples = (visit.samples ?? []).slice(0, 15);
      sumUp(draft);
    },
    /visits have 0\.5 of the samples that their length makes/,
  ],
  [
    'the second process left out',
    (draft) => {
      draft.processes.splice(1, 1);
      for (const row of measured(draft)) row.visits = row.visits.filter(({ process }) => process !== 1);
    },
    /process 2 is the 2\. of the record; one is missing/,
  ],
  [
    'the second process left out, and the third in its place',
    (draft) => {
      draft.processes.splice(1, 1);
      Object.assign(process(draft, 1), { index: 1 });
      for (const row of measured(draft)) {
        row.visits = row.visits.filter(({ process }) => process !== 1);
        for (const visit of row.visits) visit.process = Math.min(visit.process, 1);
      }
    },
    /between process 0 and 1 are \d+\.?\d* s, enough for one that was left out/,
  ],
  [
    'the slowest visit of each row left out',
    (draft) => {
      for (const row of measured(draft)) {
        const slowest = Math.max(...row.visits.map(({ medianSeconds }) => medianSeconds));
        row.visits = row.visits.filter(({ medianSeconds }) => medianSeconds !== slowest);
      }
      sumUp(draft);
    },
    /has no visit in process \d, and one in process 2/,
  ],
  [
    'the slow samples left out',
    (draft) => {
      for (const visit of visits(draft))
        visit.samples = (visit.samples ?? []).filter((sample) => sample <= visit.medianSeconds);
    },
    /samples/,
  ],
];

describe('forged samples do not pass', () => {
  refusesConsistent(CONSISTENT);
});

describe('samples', () => {
  it.each([1e-4, 1e-3, 1e-2])('are not seen in the samples of a quiet GPU that scatter by %s', (scatter) => {
    const random = seededRandom(7);
    const quiet = consistent((draft) => {
      for (const visit of visits(draft))
        visit.samples = (visit.samples ?? []).map(() => visit.medianSeconds * (1 + scatter * gaussian(random)));
    });
    // Other rules compare the samples with times that this test leaves as they were.
    expect([...sampleFindings(quiet)].filter(({ verdict }) => verdict === 'refuse')).toEqual([]);
  });

  it('are asked about where one visit is constant or in order, as a visit on a warming laptop may be', () => {
    for (const change of [
      (samples: readonly number[]) => samples.map(() => samples[0] ?? 0),
      (samples: readonly number[]) => [...samples].sort((a, b) => a - b),
    ]) {
      const one = forged((draft) => {
        const [visit] = first(draft).visits;
        if (visit) visit.samples = change(visit.samples ?? []);
      });
      expect([...sampleFindings(one)].map(({ verdict }) => verdict)).toEqual(['ask']);
    }
  });
});
