/**
 * What a visit of a case costs before any device is known, for dividing cases among machines. Every machine must divide alike, so
 * this follows from the case alone; `estimate.ts` learns what a visit costs on the device in use.
 */
import type { AdapterSource } from '../../engine/port.ts';
import { bytes, flop, operandBytes } from '../../gemm/shape.ts';
import type { Case } from '../../plan/case/case.ts';
import { coldBytesOf, maxSetsOf } from '../worker/cache.ts';
import { SAMPLING } from './settings.ts';

/** FLOP/s that a kind of device may reach, to half an order of magnitude: they decide which launches are long. */
const RATES: Readonly<Record<Exclude<AdapterSource, 'scripted'>, readonly number[]>> = {
  gpu: [3e12, 3e13],
  'system-software': [3e10],
  'embedded-software': [3e9],
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
 * What a visit's seconds are made of on each kind of device that the adapter asked for can be. Each device weighs these parts in
 * its own way, none of them negative, so cases that are divided evenly by every part are divided evenly by the whole:
 * - 1: compiling, and the reference on the CPU;
 * - bytes of operands, for filling them;
 * - FLOP of all launches, if none is so short that it is repeated;
 * - seconds of all launches at typical rates, where short ones are repeated.
 */
export function visitCosts({ problem, operands }: Pick<Case, 'problem' | 'operands'>, adapter: string): number[] {
  const perSet = Object.values(operandBytes(problem)).reduce((sum, some) => sum + some, 0);
  const work = flop(problem);
  const parts = (ASKED[adapter] ?? SOURCES).flatMap((source) => {
    const cold = Math.min(maxSetsOf(source), Math.max(1, Math.ceil(coldBytesOf(source) / perSet)));
    const sets = operands === 'cold' ? cold : 1;
    // Each set is verified, the first one with the reference and again at the end.
    const verified = sets + 2;
    const launched = work * (verified + WARM_UP_LAUNCHES + SAMPLING.minSamples);
    const timed = RATES[source].map((rate) => {
      const launch = work / rate;
      const sampled = Math.max(SAMPLING.sampleSeconds, SAMPLING.minSamples * launch);
      return launch * verified + Math.max(SAMPLING.maxWarmUpSeconds, WARM_UP_LAUNCHES * launch) + sampled;
    });
    return [perSet * sets + bytes(problem), launched, ...timed];
  });
  return [1, ...parts];
}

const WARM_UP_LAUNCHES = 2;
