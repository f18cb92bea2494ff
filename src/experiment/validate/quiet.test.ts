/** Honest records of machines that this project has none of: quiet GPUs, whose runs are much alike. */
import { describe, expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../stats/random.ts';
import { cloneFindings } from './clones.ts';
import { outlierFindings } from './outliers.ts';
import { replayFindings, traceOf } from './replay.ts';
import { sampleFindings } from './samples.ts';
import { consistent, measured } from './testdata/forger.ts';
import type { SOUND } from './testdata/sound.ts';
import { warmUpFindings } from './warm-up.ts';

interface Machine {
  /** Standard deviation of a sample, relative. */
  readonly scatter: number;
  /** How much slower the first sample is than the last, relative: a clock that rises. */
  readonly ramp: number;
  /** Of the device clock, in seconds. */
  readonly step: number;
}

/** Launches are a hundredth as long, so that a sample has many. What comes first in a process costs as much in every run. */
function run(seed: number, { scatter, ramp, step }: Machine): typeof SOUND {
  const random = seededRandom(seed);
  const by = (relative: number) => 1 + relative * gaussian(random);
  return consistent((draft) => {
    draft.id = `20261124T15132${seed}Z-97bae60f`;
    draft.timer.resolutionSeconds = step;
    const cost = seededRandom(77);
    for (const [row, visit] of measured(draft).flatMap((each) => each.visits.map((visit) => [each, visit] as const))) {
      const level = row.summary.medianSeconds / 100;
      const repeats = Math.ceil(4e-3 / level);
      const process = by(scatter);
      visit.samples = (visit.samples ?? []).map((_, i) => {
        const seconds = level * process * by(scatter) * (1 + ramp * 0.8 ** i);
        return (Math.round((seconds * repeats) / step) * step) / repeats;
      });
      const launches = 2 ** Math.ceil(Math.log2(2e-3 / level)) * 8 - 1;
      Object.assign(visit, { repeats, wallSeconds: level * 1.01 * by(1e-3) });
      Object.assign(visit.warmup, { launches, seconds: 0.02 * by(0.02), plateau: true });
      visit.pipelineSeconds = 1e-3 * (cost() < 0.3 ? 10 : 1) * by(0.02);
      visit.firstDispatchSeconds = 1e-2 * (cost() < 0.3 ? 10 : 1) * by(0.02);
    }
  });
}

describe('two runs of a quiet GPU', () => {
  const machines = [1e-4, 1e-3, 1e-2].flatMap((scatter) =>
    [0, Math.min(0.03, 10 * scatter)].flatMap((ramp) =>
      [1e-9, 1e-6, 65_536e-9].map((step) => ({ scatter, ramp, step })),
    ),
  );

  it.each(machines)('are not taken for copies: $scatter, ramp $ramp, clock $step', (machine) => {
    const [one, two] = [run(1, machine), run(2, machine)];
    const found = [
      ...sampleFindings(one),
      ...cloneFindings(one),
      ...warmUpFindings(one),
      ...replayFindings(traceOf(one), traceOf(two)),
      ...outlierFindings(one, two),
    ];
    expect(found).toEqual([]);
  });
});
