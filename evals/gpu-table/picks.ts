/** What must hold of every program that `best` picks on a GPU, for the suites that somebody with a GPU runs first. */
import type { GpuCompiler } from '../../src/experiment/inspect/gpu-compiler.ts';
import type { KernelSet } from '../../src/kernel/set/kernel.ts';
import { SUITES_FOR_GPUS, type SuitePick, suitePicks } from '../../src/kernel/testdata/suite-picks.ts';
import type { CompiledRow } from './loops.ts';

export interface CompiledPick {
  readonly pick: SuitePick;
  readonly row: CompiledRow;
}

/** Every program once. @throws Error when one does not compile */
export async function compiledPicks(compiler: GpuCompiler, set: KernelSet): Promise<CompiledPick[]> {
  const programs = new Map<string, SuitePick>();
  for (const suite of [...SUITES_FOR_GPUS, 'gate'])
    for (const pick of await suitePicks(suite, compiler.facts, set)) programs.set(pick.program.code, pick);
  const compiled: CompiledPick[] = [];
  for (const pick of programs.values()) {
    const { kernel, program, item, text } = pick;
    const { tile, thread, code } = program;
    const row = await compiler.compiled(item, { kernel: kernel.name, hash: kernel.hash, tile, thread, code });
    if (row.status !== 'compiled') throw new Error(`${text}: ${row.reason}`);
    compiled.push({ pick, row });
  }
  return compiled;
}

/** A bound on each pick; null where a compiler does not tell or the pick is limited by something else. */
export interface Limit {
  readonly what: string;
  of(compiled: CompiledPick): number | null;
  readonly more: boolean;
  readonly must: number;
  readonly aim: number;
}

/** Vector registers of a SIMD for a lane of 32, by GPU. */
const VECTOR_REGISTERS: Readonly<Record<string, number>> = { navi31: 1536, navi33: 1024, gfx1150: 1536 };
const FEWER = 1024;

const SPILLS: Limit = { what: 'spills', of: ({ row }) => row.spills, more: false, must: 0, aim: 0 };

const WAVES: Limit = {
  what: 'waves a SIMD, unless workgroup memory limits them',
  of: ({ row }) => {
    const { occupancy, registers, gpu } = row;
    if (occupancy === null || registers === null) return null;
    const byRegisters = Math.floor((VECTOR_REGISTERS[gpu] ?? FEWER) / registers);
    return occupancy < byRegisters ? Math.max(occupancy, byRegisters) : occupancy;
  },
  more: true,
  must: 6,
  aim: 8,
};

const REGISTERS: Limit = { what: 'registers', of: ({ row }) => row.registers, more: false, must: 168, aim: 128 };

const SHUFFLES: Limit = {
  what: 'picks with shuffles, which are emulated',
  of: ({ pick }) => Number(pick.kernel.body.includes('subgroupShuffle')),
  more: false,
  must: 0,
  aim: 0,
};

const BY_VENDOR: Readonly<Record<string, readonly Limit[]>> = {
  AMD: [SPILLS, WAVES],
  NVIDIA: [SPILLS, REGISTERS],
  Qualcomm: [SPILLS, SHUFFLES],
};

export function limitsOf(vendor: string): readonly Limit[] {
  return BY_VENDOR[vendor] ?? [SPILLS];
}
