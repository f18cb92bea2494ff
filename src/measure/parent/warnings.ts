/** Warnings of a row, each with a remedy. */

import type { ContenderVisit } from '../../record/journal/journal.ts';
import type { Summary, Warning } from '../../record/row.ts';
import type { CaseOutcome, Measurement } from './measurement.ts';

/** What cold operands must not fit into. */
export interface CacheFacts {
  /** Bytes of the last-level cache, or taken for it. */
  readonly bytes: number;
  /** Whether they are the vendor's figure for this GPU. */
  readonly known: boolean;
  /** Operand sets were added until they exceeded this or were as many as `maxSets`. */
  readonly coldBytes: number;
  readonly maxSets: number;
}

export interface RowFacts {
  readonly outcome: CaseOutcome;
  readonly contenders: readonly ContenderVisit[];
  readonly summary: Summary;
  /** Fewest processes the settings asked for. */
  readonly wanted: number;
  readonly ended: Measurement['ended'];
  /** Compulsory bytes that one launch reads. */
  readonly bytesRead: number;
  /** Null for a device that only plays a script. */
  readonly cache: CacheFacts | null;
}

/** Wall time exceeds device time by the cost of a submission; warn above this share of a launch. */
const WALL_EXCESS = 0.5;
const WALL_EXCESS_SECONDS = 1e-3;
/** Device time may exceed wall time by no more than this share: both clocks are read at slightly different moments. */
const CLOCK_SKEW = 0.01;
const FEW_SAMPLES = 5;
/** Rates this far above the measured peak are not noise. */
const ABOVE_PEAK = 1.05;

export function rowWarnings(facts: RowFacts): Warning[] {
  return [
    fewProcesses,
    fewSamples,
    wallClock,
    disagreement,
    noPlateau,
    rejected,
    abovePeak,
    launchBound,
    notCold,
    textures,
  ].flatMap((check) => check(facts) ?? []);
}

type Check = (facts: RowFacts) => Warning | null;

const fewProcesses: Check = ({ summary: { processes }, wanted, ended }) => {
  if (processes >= Math.min(wanted, 6)) return null;
  const why = ended === 'interrupted' ? 'came before the run was interrupted' : 'fitted the budget; raise --budget';
  return { code: 'few-processes', message: `only ${processes} of ${wanted} processes ${why}` };
};

const fewSamples: Check = ({ contenders }) => {
  const fewest = Math.min(...contenders.map((contender) => contender.samples.length));
  return fewest >= FEW_SAMPLES
    ? null
    : { code: 'few-samples', message: `a visit has only ${fewest} samples; raise --budget` };
};

const wallClock: Check = ({ contenders }) =>
  contenders.every((contender) => contender.clock === 'gpu')
    ? null
    : {
        code: 'wall-clock',
        message: 'timed by wall clock, including the submission; the reason is in the timer of the record',
      };

const textures: Check = ({ contenders }) => {
  const fill = contenders.find((contender) => contender.textureFillSeconds)?.textureFillSeconds;
  if (!fill) return null;
  const cost = (['a', 'b'] as const).flatMap((operand) => {
    const seconds = fill[operand];
    return seconds === undefined ? [] : [`${operand.toUpperCase()} ${(seconds * 1e3).toPrecision(2)} ms`];
  });
  return {
    code: 'texture-fed',
    message: `operands are in textures, whose filling is not timed (${cost.join(', ')}); add the part that your program fills per launch`,
  };
};

const disagreement: Check = ({ contenders }) => {
  for (const { clock, samples, wallSamples, repeats } of contenders) {
    const excess = samples.map((seconds, i) => ((wallSamples[i] ?? seconds) - seconds) * repeats).sort((a, b) => a - b);
    const typical = excess[excess.length >> 1] ?? 0;
    const sample = (samples[0] ?? 0) * repeats;
    if (
      clock === 'gpu' &&
      (typical < -CLOCK_SKEW * sample || (typical > WALL_EXCESS_SECONDS && typical > WALL_EXCESS * sample))
    ) {
      return {
        code: 'clocks-disagree',
        message: `wall clock and device clock differ by ${(typical * 1e3).toPrecision(2)} ms on a sample of ${(sample * 1e3).toPrecision(2)} ms; is the machine busy?`,
      };
    }
  }
  return null;
};

const noPlateau: Check = ({ contenders }) => {
  const unsettled = contenders.filter((contender) => !contender.warmUp.plateau).length;
  return unsettled * 2 <= contenders.length
    ? null
    : {
        code: 'no-plateau',
        message: `times did not settle within the warm-up in ${unsettled} of ${contenders.length} processes`,
      };
};

const rejected: Check = ({ contenders }) => {
  const count = contenders.reduce((sum, contender) => sum + contender.rejectedReadings, 0);
  return count === 0
    ? null
    : {
        code: 'rejected-readings',
        message: `${count} readings of the device clock were not valid durations and were repeated`,
      };
};

const abovePeak: Check = ({ summary }) =>
  (summary.ofPeak ?? 0) <= ABOVE_PEAK
    ? null
    : {
        code: 'above-peak',
        message: `faster than the multiply-add peak of this run, which was measured twice (${((summary.ofPeak ?? 0) * 100).toFixed(0)} %)`,
      };

const launchBound: Check = ({ summary }) =>
  summary.launchBound
    ? { code: 'launch-bound', message: 'shorter than five empty dispatches: mostly launch overhead' }
    : null;

const notCold: Check = ({ outcome, bytesRead, cache }) => {
  const { result } = outcome.visits.find((visit) => visit.result !== null) ?? {};
  if (!cache || outcome.case.operands !== 'cold' || !result || result.sets * bytesRead > cache.bytes) return null;
  const read = `launches read ${megabytes(result.sets * bytesRead)} in turn (${result.sets} operand set${result.sets === 1 ? '' : 's'})`;
  const held = `the ${cache.known ? '' : 'assumed '}last-level cache of ${megabytes(cache.bytes)} holds`;
  const remedy = result.sets < cache.maxSets && cache.coldBytes <= cache.bytes ? '; raise --cold-bytes' : '';
  return { code: 'not-cold', message: `${read}, which ${held}: not memory bandwidth${remedy}` };
};

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toPrecision(3)} MB`;
}
