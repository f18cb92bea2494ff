/** Times, moments and processes that do not fit into each other. */
import { describe, expect, it } from 'vitest';
import { first, forged, scaleTimes } from './testdata/forger.ts';
import { type Forgery, process, refusesConsistent, refusesEdited, vet, visits } from './testdata/forgery.ts';

/** Made by a forger who derives everything again. */
const CONSISTENT: readonly Forgery[] = [
  ['all times halved', (draft) => scaleTimes(draft, 0.5), /profile\.kernels|samples take/],
  ['all times 0.9 of themselves', (draft) => scaleTimes(draft, 0.9), /profile\.kernels/],
  ['all times a hundredth', (draft) => scaleTimes(draft, 0.01), /profile\.kernels|above/],
  [
    'all times a hundredth, without peaks',
    (draft) => {
      scaleTimes(draft, 0.01);
      draft.peaks = [];
    },
    /profile|samples/,
  ],
  [
    'all times halved, the phases too',
    (draft) => {
      scaleTimes(draft, 0.5);
      draft.profile.kernels = (draft.profile.kernels ?? 0) / 2;
      draft.profile.measuring = (draft.profile.measuring ?? 0) / 2;
    },
    /samples take .* of the time that the settings ask for|warm-up took/,
  ],
  [
    'all times halved, everything else too',
    (draft) => {
      scaleTimes(draft, 0.5);
      for (const visit of visits(draft)) visit.warmup.seconds /= 2;
      for (const name of Object.keys(draft.profile)) draft.profile[name] = (draft.profile[name] ?? 0) / 2;
      for (const each of draft.processes) each.seconds /= 2;
      for (const peak of draft.peaks) {
        if (peak.flopPerSecond) peak.flopPerSecond *= 2;
        if (peak.bytesPerSecond) peak.bytesPerSecond *= 2;
      }
    },
    /sentinel|samples take/,
  ],
  [
    'one row four times as fast',
    (draft) => {
      for (const visit of first(draft).visits) {
        visit.samples = (visit.samples ?? []).map((sample) => sample / 4);
        visit.wallSeconds /= 4;
      }
    },
    /profile\.kernels|of the time that those of the warm-up took/,
  ],
  [
    'all device times 0.8 of themselves, beside the wall clock as it was',
    (draft) => {
      for (const visit of visits(draft)) {
        visit.samples = (visit.samples ?? []).map((sample) => (sample / visit.medianSeconds) * 0.8 * visit.wallSeconds);
        visit.repeats = Math.max(visit.repeats, Math.ceil(0.03 / visit.wallSeconds));
      }
    },
    /the wall clock ran 1\.25 times as long/,
  ],
  [
    'warm-ups of one launch',
    (draft) => {
      for (const visit of visits(draft)) Object.assign(visit.warmup, { launches: 1, plateau: true, seconds: 0.001 });
    },
    /the warm-up ended after 1 launches .* too few for a plateau/,
  ],
  [
    'warm-ups that end before their time',
    (draft) => {
      for (const visit of visits(draft)) Object.assign(visit.warmup, { plateau: false, seconds: 0.01 });
    },
    /without a plateau and before its time/,
  ],
  [
    'warm-ups of any number of launches',
    (draft) => {
      for (const [i, visit] of visits(draft).entries()) visit.warmup.launches += 1 + (i % 2);
    },
    /a number of launches that doubling does not make/,
  ],
  [
    'a run in the future',
    (draft) => {
      draft.startedAt = '2027-01-01T00:00:00.000Z';
      for (const each of draft.processes) each.startedAt = '2027-01-01T00:00:00.001Z';
    },
    /in the future/,
  ],
  [
    'a run of a year long ago',
    (draft) => {
      draft.startedAt = '2020-01-01T00:00:00.000Z';
    },
    /more than a year ago|before/,
  ],
  [
    'more launches a sample than there were',
    (draft) => {
      for (const visit of visits(draft)) visit.repeats *= 50;
    },
    /took|profile|much more/,
  ],
];

/** Changed in one place. */
const EDITED: readonly Forgery[] = [
  [
    'a shorter process',
    (draft) => {
      process(draft, 0).seconds = 0.5;
    },
    /its visits took/,
  ],
  [
    'processes at the same time',
    (draft) => {
      process(draft, 1).startedAt = process(draft, 0).startedAt;
    },
    /before process 0 ended/,
  ],
  [
    'a process before the run',
    (draft) => {
      process(draft, 0).startedAt = '2026-11-24T10:00:00.000Z';
    },
    /before the run/,
  ],
  [
    'processes in another order',
    (draft) => {
      draft.processes.reverse();
    },
    /follows process|before process/,
  ],
  [
    'a sentinel after the end',
    (draft) => {
      const [sentinel] = process(draft, 0).sentinel;
      if (sentinel) sentinel.atSeconds = 1e4;
    },
    /sentinel/,
  ],
  [
    'calmer sentinels',
    (draft) => {
      for (const each of draft.processes) for (const sentinel of each.sentinel) sentinel.aluSeconds = 5e-4;
    },
    /names a sentinel/,
  ],
  [
    'less time in all',
    (draft) => {
      draft.profile.total = 1;
    },
    /profile\.total/,
  ],
  [
    'phases longer than the run',
    (draft) => {
      draft.profile.verify = 1e4;
    },
    /phases of profile/,
  ],
  [
    'less device time',
    (draft) => {
      draft.profile.kernels = 0.1;
    },
    /profile\.kernels/,
  ],
];

describe('forged times do not pass', () => {
  refusesConsistent(CONSISTENT);
  refusesEdited(EDITED);
});

describe('a sentinel that two processes read alike', () => {
  /** Its first reading in the first process and in the second. */
  const alike = (resolutionSeconds: number) =>
    vet(
      forged((draft) => {
        draft.timer.resolutionSeconds = resolutionSeconds;
        const [from, to] = [process(draft, 0).sentinel[0], process(draft, 1).sentinel[0]];
        if (!from || !to) throw new Error('the record has no sentinels');
        const before = JSON.stringify(to);
        Object.assign(to, { aluSeconds: from.aluSeconds, copySeconds: from.copySeconds });
        for (const visit of visits(draft))
          for (const when of ['before', 'after'] as const)
            if (visit.sentinel && JSON.stringify(visit.sentinel[when]) === before) visit.sentinel[when] = { ...to };
      }),
    ).reasons.filter((reason) => /same sentinel reading/.test(reason));

  it('is a copy, except on a clock of a few steps', () => {
    expect(alike(1e-9)).toEqual(['processes 0 and 1 have the same sentinel reading']);
    expect(alike(1e-3)).toEqual([]);
  });
});
