/** How large the cache is that cold operands have to leave, and how many operand sets leave it. */
import { vendorFigures } from '../../engine/gpus/known-gpus.ts';
import type { DeviceFacts } from '../../engine/port.ts';

/**
 * Bytes of cache to rotate past where nobody knows: a large last-level cache of a GPU. Software adapters share the CPU's
 * caches with everything else and are nowhere near its bandwidth; there it bounds the time that filling and checking take.
 */
const CACHE_BYTES: Readonly<Record<DeviceFacts['source'], number>> = {
  gpu: 128 << 20,
  'system-software': 16 << 20,
  'embedded-software': 2 << 20,
  scripted: 128 << 20,
};

/** The last-level cache: the vendor's figure where the adapter's name tells which GPU it is. */
export function cacheFor(facts: DeviceFacts): { readonly bytes: number; readonly known: boolean } {
  const stated = vendorFigures(facts)?.lastLevelCacheBytes ?? null;
  return stated === null ? { bytes: CACHE_BYTES[facts.source], known: false } : { bytes: stated, known: true };
}

/** Operand sets are added until a rotation exceeds this. */
export function coldBytesFor(facts: DeviceFacts): number {
  return 2 * cacheFor(facts).bytes;
}

/**
 * Most sets of a rotation. Every set is checked in every visit, which takes a GPU little and a software adapter long, and only
 * GPUs have caches that many copies of a small problem can leave.
 */
const MAX_SETS: Readonly<Record<DeviceFacts['source'], number>> = {
  gpu: 64,
  'system-software': 16,
  'embedded-software': 16,
  scripted: 16,
};

export function maxSetsFor(facts: DeviceFacts): number {
  return MAX_SETS[facts.source];
}
