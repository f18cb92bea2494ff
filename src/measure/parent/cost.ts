/**
 * What a visit of a case costs before any device is known, for dividing cases among machines. Every machine must divide alike, so
 * this follows from the case alone; `estimate.ts` learns what a visit costs on the device in use.
 */
import type { AdapterSource } from '../../engine/port.ts';
import { bytes, flop, operandBytes } from '../../gemm/shape.ts';
import type { Case } from '../../plan/case/case.ts';
import { coldBytesOf, maxSetsOf } from '../worker/cache.ts';
import { SAMPLING } from './settings.ts';

/** Rates of a kind of device, to an order of magnitude: they decide which of its costs matter. */
interface Rates {
  readonly flopPerSecond: number;
  /** Generating, uploading and verifying operands. */
  readonly fillBytesPerSecond: number;
  /** Compiling, and the reference on the CPU. */
  readonly fixedSeconds: number;
}

const RATES: Readonly<Record<Exclude<AdapterSource, 'scripted'>, Rates>> = {
  gpu: { flopPerSecond: 2e12, fillBytesPerSecond: 2e10, fixedSeconds: 0.2 },
  'system-software': { flopPerSecond: 1e10, fillBytesPerSecond: 1e9, fixedSeconds: 0.3 },
  'embedded-software': { flopPerSecond: 2e9, fillBytesPerSecond: 5e8, fixedSeconds: 0.5 },
};
type Source = keyof typeof RATES;
const SOURCES: readonly Source[] = ['gpu', 'system-software', 'embedded-software'];

/** What an adapter asked for by these words can be; any other word may name each. */
const ASKED: Readonly<Record<string, readonly Source[]>> = {
  gpu: ['gpu'],
  software: ['system-software'],
  embedded: ['embedded-software'],
};

/**
 * Seconds of a visit on each kind of device that the adapter asked for can be. Cases divided evenly by each are divided evenly by
 * what lies between.
 */
export function visitCosts({ problem, operands }: Pick<Case, 'problem' | 'operands'>, adapter: string): number[] {
  const perSet = Object.values(operandBytes(problem)).reduce((sum, some) => sum + some, 0);
  return (ASKED[adapter] ?? SOURCES).map((source) => {
    const { flopPerSecond, fillBytesPerSecond, fixedSeconds } = RATES[source];
    const cold = Math.min(maxSetsOf(source), Math.max(1, Math.ceil(coldBytesOf(source) / perSet)));
    const sets = operands === 'cold' ? cold : 1;
    const launch = flop(problem) / flopPerSecond;
    const sampled = Math.max(SAMPLING.sampleSeconds, SAMPLING.minSamples * launch);
    const warmUp = Math.max(SAMPLING.maxWarmUpSeconds, 2 * launch);
    return (
      fixedSeconds + (perSet * sets + bytes(problem)) / fillBytesPerSecond + launch * (sets + 2) + warmUp + sampled
    );
  });
}
