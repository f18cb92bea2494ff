/** The parser of a compiler's statistics and assembly: one file per compiler. */
import type { Executable } from '../compiled.ts';
import type { Block } from '../instructions.ts';

/** Statistics of a program; null if the driver does not report them. */
export interface Resources {
  /** In the compiler's own unit: see `units`. */
  readonly registers: number | null;
  /** Values spilled to memory. */
  readonly spills: number | null;
  /** Bytes of private memory per thread, for spills and indexed arrays. */
  readonly scratchBytes: number | null;
  /** Resident subgroups per core: see `units`. */
  readonly occupancy: number | null;
  /** Instructions as counted by the driver, including repeats and pauses; null if it reports none. */
  readonly instructions: number | null;
}

export interface Compiler {
  readonly name: string;
  readonly units: { readonly registers: string; readonly occupancy: string };
  /** Whether the report is from this compiler. */
  readonly speaks: (executable: Executable) => boolean;
  /** What its driver calls each of the `Resources`; null for what it does not tell. */
  readonly statistics: Readonly<Record<keyof Resources, string | null>>;
  /** Machine code; null where the driver shows none. */
  readonly blocks: (executable: Executable, printed: string) => Block[] | null;
}

export function resourcesOf({ statistics }: Compiler, told: Executable['statistics']): Resources {
  const named = (name: string | null) => (name === null ? null : (told[name] ?? null));
  return {
    registers: named(statistics.registers),
    spills: named(statistics.spills),
    scratchBytes: named(statistics.scratchBytes),
    occupancy: named(statistics.occupancy),
    instructions: named(statistics.instructions),
  };
}
