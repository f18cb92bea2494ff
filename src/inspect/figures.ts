/** Turns a driver's report into comparable figures: resources, instruction mix, and the hottest loop nest. */
import type { Figures } from '../record/beside/inspection.ts';
import type { Compiled } from './compiled.ts';
import { resourcesOf } from './compilers/compiler.ts';
import { spokenBy } from './compilers/registry.ts';
import { type Block, type Mix, mixOf } from './instructions.ts';
import { flattened, hottestNest, loopsOf, nesting } from './loops.ts';
import { type Nir, parseNir } from './nir.ts';
import { tripCounts } from './trip-counts.ts';

export interface Spoken {
  readonly compiler: string;
  readonly figures: Figures;
}

/** Null if no compiler's report was understood. */
export function figuresOf(compiled: Compiled): Spoken | null {
  const spoken = spokenBy(compiled);
  if (!spoken) return null;
  const { compiler, executable } = spoken;
  const { instructions: counted, ...resources } = resourcesOf(compiler, executable.statistics);
  const blocks = compiler.blocks(executable, compiled.printed);
  const nir = nirOf(compiled);
  const mix = blocks && mixOf(blocks.flatMap(({ instructions }) => instructions));
  const figures: Figures = {
    subgroup: executable.subgroupSize,
    ...resources,
    sharedBytes: nir?.sharedBytes ?? null,
    instructions: mix && { ...mix, total: counted ?? mix.total },
    loop: blocks && loopOf(blocks, nir),
  };
  return { compiler: compiler.name, figures };
}

/** The last of several stages, from which the compiler generates code. */
function nirOf({ executables, printed }: Compiled): Nir | null {
  const texts = executables.flatMap(({ representations }) =>
    Object.entries(representations).flatMap(([name, text]) => (/NIR/.test(name) ? [text] : [])),
  );
  const text = texts.at(-1) ?? (/^shader: /m.test(printed) ? printed : null);
  return text === null ? null : parseNir(text);
}

/** Iteration counts are known if the code has the same loops as NIR. */
function loopOf(blocks: readonly Block[], nir: Nir | null): Figures['loop'] {
  const loops = loopsOf(blocks);
  const alike = nir !== null && nesting(loops) === nesting(loopsOf(nir.blocks));
  const iterations = alike ? tripCounts(nir) : flattened(loops).map(() => null);
  const nest = hottestNest(blocks, iterations);
  return nest && { ...named(nest.mix), loops: nest.loops, unknownTripCounts: nest.unknown };
}

function named({ total, ...rest }: Mix) {
  return { instructions: total, ...rest };
}
