/** Records of a forger who knows the other rules: what is typed, derived or replayed is of a kind that no machine gives. */
import { describe, expect, it } from 'vitest';
import { type Draft, first, forged, measured } from './testdata/forger.ts';
import { type Forgery, refusesConsistent, refusesEdited, vet, visits } from './testdata/forgery.ts';

/** Samples of each row's visits after the first, made from those of the first. */
function fromFirst(draft: Draft, change: (samples: readonly number[], visit: number) => number[]): void {
  for (const row of measured(draft))
    for (const [i, visit] of row.visits.entries()) if (i > 0) visit.samples = change(row.visits[0]?.samples ?? [], i);
}

const CONSISTENT: readonly Forgery[] = [
  [
    'samples of three digits',
    (draft) => {
      for (const visit of visits(draft)) visit.samples = (visit.samples ?? []).map((one) => Number(one.toPrecision(3)));
    },
    /samples have at most 3 digits/,
  ],
  [
    'samples mirrored at their median',
    (draft) =>
      fromFirst(draft, (samples) => {
        const sorted = [...samples].sort((a, b) => a - b);
        const middle = sorted[sorted.length >> 1] ?? 0;
        return samples.map((sample) => 2 * middle - sample + middle);
      }),
    /times a constant, shifted/,
  ],
  [
    'samples with a constant added',
    (draft) => fromFirst(draft, (samples, i) => samples.map((sample) => sample + (i * (samples[0] ?? 0)) / 100)),
    /times a constant, shifted/,
  ],
  [
    'samples that begin again',
    (draft) => {
      for (const visit of visits(draft)) {
        const own = visit.samples ?? [];
        visit.samples = own.map((_, i) => own[i % Math.ceil(own.length / 2)] ?? 0);
      }
    },
    /samples repeat themselves/,
  ],
  [
    'a wall clock derived from the device clock',
    (draft) => {
      for (const visit of visits(draft)) visit.wallSeconds = visit.medianSeconds * 1.02;
    },
    /wallSeconds is 1\.02 times medianSeconds/,
  ],
  [
    'the same cost of compiling everywhere',
    (draft) => {
      for (const visit of visits(draft)) visit.pipelineSeconds = 0.001;
    },
    /pipelineSeconds is 0\.001 s in/,
  ],
  [
    'the same cost of the first launch everywhere',
    (draft) => {
      for (const visit of visits(draft)) visit.firstDispatchSeconds = 0.0012;
    },
    /firstDispatchSeconds is 0\.0012 s in/,
  ],
  [
    'moments at whole seconds',
    (draft) => {
      draft.startedAt = draft.startedAt.replace(/\.\d+Z/, '.000Z');
      for (const each of draft.processes)
        each.startedAt = new Date(Math.ceil(Date.parse(each.startedAt) / 1000) * 1000).toISOString();
    },
    /all started at whole seconds/,
  ],
  [
    'a sentinel that always reads the same',
    (draft) => {
      for (const { sentinel } of draft.processes)
        for (const [i, reading] of sentinel.entries()) {
          reading.aluSeconds = 2.1e-3;
          reading.copySeconds *= 1 + i / 1000;
        }
    },
    /aluSeconds of the sentinel is 0\.0021 s in/,
  ],
];

const EDITED: readonly Forgery[] = [
  [
    'one error for all problems',
    (draft) => {
      for (const row of measured(draft)) row.verify.kernelError = 1.2e-7;
    },
    /verify\.kernelError is 1\.2e-7 for/,
  ],
  [
    'a format that costs nothing',
    (draft) => {
      for (const row of measured(draft)) row.verify.formatError = 0;
    },
    /verify\.formatError is 0; shape, format and seed make it/,
  ],
  [
    'operands of another seed',
    (draft) => {
      for (const row of measured(draft)) row.seed = 2;
    },
    /verify\.formatError|elements checked/,
  ],
  [
    'a warning left out',
    (draft) => {
      for (const row of measured(draft)) row.warnings = row.warnings.filter(({ code }) => code !== 'no-plateau');
    },
    /warning no-plateau is missing/,
  ],
  [
    'readings that were rejected, without the warning',
    (draft) => {
      for (const visit of first(draft).visits) visit.rejectedReadings = 3;
    },
    /warning rejected-readings is missing/,
  ],
  [
    'a workgroup larger than the adapter allows',
    (draft) => {
      first(draft).kernel.workgroup = [64, 64];
    },
    /a workgroup has 4096 invocations; the adapter allows 1024/,
  ],
  [
    'matrix units of a device that has none',
    (draft) => {
      first(draft).kernel.matrixUnits = true;
    },
    /ran on matrix units, which are no feature/,
  ],
  [
    'cases of another suite',
    (draft) => {
      draft.settings.suites = ['contribution'];
    },
    /suite quick is not one that was asked for: contribution/,
  ],
  [
    'a part of the suite that is the same on every machine',
    (draft) => {
      draft.settings.suites = ['contribution'];
      draft.settings.filter = ['!square'];
    },
    /filter is !square; the suite contribution is the same on every machine/,
  ],
];

describe('cases', () => {
  it('may be shapes that were given as text', () => {
    const shapes = forged((draft) => {
      draft.settings.suites = ['64x64x64', '1x2880x2880:mxfp4'];
    });
    expect(vet(shapes)).toEqual({ verdict: 'accept', reasons: [] });
  });
});

describe('forgers do not pass with', () => {
  refusesConsistent(CONSISTENT);
  refusesEdited(EDITED);
});
