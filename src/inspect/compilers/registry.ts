/** The supported compilers. */
import type { Compiled, Executable } from '../compiled.ts';
import { aco } from './aco.ts';
import { agx } from './agx.ts';
import { brw } from './brw.ts';
import type { Compiler } from './compiler.ts';
import { ir3 } from './ir3.ts';
import { nak } from './nak.ts';

export const COMPILERS: readonly Compiler[] = [aco, brw, nak, ir3, agx];

/** The executable that runs, and its compiler; of several subgroup sizes the driver uses the widest. */
export function spokenBy({ executables }: Compiled): { compiler: Compiler; executable: Executable } | null {
  const widest = [...executables].sort((one, other) => other.subgroupSize - one.subgroupSize);
  for (const executable of widest) {
    const compiler = COMPILERS.find(({ speaks }) => speaks(executable));
    if (compiler) return { compiler, executable };
  }
  return null;
}

export function compilerNamed(name: string | null): Compiler | undefined {
  return COMPILERS.find((compiler) => compiler.name === name);
}
