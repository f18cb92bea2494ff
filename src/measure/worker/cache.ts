/** Size of the cache that cold operands must exceed, and the number of operand sets. */
import { vendorFigures } from '../../engine/gpus/known-gpus.ts';
import type { DeviceFacts } from '../../engine/port.ts';

/**
 * Assumed cache sizes: a large last-level cache for a GPU. Software adapters share the CPU's caches and do not reach its
 * bandwidth; there a smaller size limits the time for filling and verifying.
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

/** Maximum number of sets of a rotation. Every set is verified in every visit, which is slow on a software adapter. */
const MAX_SETS: Readonly<Record<DeviceFacts['source'], number>> = {
  gpu: 64,
  'system-software': 16,
  'embedded-software': 16,
  scripted: 16,
};

export function maxSetsFor({ source }: Pick<DeviceFacts, 'source'>): number {
  return maxSetsOf(source);
}

/** Of a kind of device that no driver has described yet. */
export function maxSetsOf(source: DeviceFacts['source']): number {
  return MAX_SETS[source];
}

/** Likewise. */
export function coldBytesOf(source: DeviceFacts['source']): number {
  return 2 * CACHE_BYTES[source];
}
