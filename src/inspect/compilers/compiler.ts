/** What a compiler's own words mean: one file a compiler, one interface. */
import type { Executable } from '../compiled.ts';
import type { Block } from '../instructions.ts';

/** What a driver says of a program as a whole; null where it says nothing. */
export interface Resources {
  /** In the compiler's own unit: see `units`. */
  readonly registers: number | null;
  /** Values that found no register and went to memory. */
  readonly spills: number | null;
  /** Bytes of a thread's private memory, where spills and indexed arrays live. */
  readonly scratchBytes: number | null;
  /** How many subgroups share a core so that one computes while others wait: see `units`. */
  readonly occupancy: number | null;
  /** Instructions by the driver's count, repeated ones and pauses included; null where only the text tells. */
  readonly instructions: number | null;
}

export interface Compiler {
  readonly name: string;
  readonly units: { readonly registers: string; readonly occupancy: string };
  /** Whether these are its words. */
  readonly speaks: (executable: Executable) => boolean;
  readonly resources: (statistics: Executable['statistics']) => Resources;
  /** Machine code; null where the driver shows none. */
  readonly blocks: (executable: Executable, printed: string) => Block[] | null;
}

/** A statistic by the first of its names that the driver has; null where it has none. */
export function statistic(statistics: Executable['statistics'], ...names: readonly string[]): number | null {
  for (const name of names) {
    const found = statistics[name];
    if (found !== undefined) return found;
  }
  return null;
}
