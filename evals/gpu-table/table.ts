/** What `npm run eval gpu-table` finds and prints: a row for each claim about a loop, and for each bound on all picks of a GPU. */
import { GpuCompiler } from '../../src/experiment/inspect/gpu-compiler.ts';
import { native } from '../../src/experiment/inspect/native.ts';
import { programFor } from '../../src/experiment/inspect/programs.ts';
import type { Program } from '../../src/kernel/program.ts';
import type { KernelSet } from '../../src/kernel/set/kernel.ts';
import type { Case } from '../../src/plan/case/case.ts';
import { type Section, section, text } from '../../src/report/document/document.ts';
import { type ColumnOf, column, tableOf } from '../../src/report/document/table.ts';
import { FIGURES, TEXT } from '../../src/report/quantities.ts';
import { CLAIMS } from './loops.ts';
import { compiledPicks, type Limit, limitsOf } from './picks.ts';

export interface Held {
  readonly gpu: string;
  readonly what: string;
  readonly figure: number;
  readonly must: number;
  readonly aim: number;
  readonly verdict: 'aim' | 'must' | 'missed';
  readonly kernel: string;
  /** Case id. */
  readonly where: string;
}

interface Bound {
  readonly what: string;
  readonly more: boolean;
  readonly must: number;
  readonly aim: number;
}

function held(gpu: string, { what, more, must, aim }: Bound, figure: number, kernel: string, where: string): Held {
  // As many digits as the bounds have.
  const rounded = Math.round(figure * 1000) / 1000;
  const reaches = (bound: number) => (more ? rounded >= bound : rounded <= bound);
  const verdict = reaches(aim) ? 'aim' : reaches(must) ? 'must' : 'missed';
  return { gpu, what, figure: rounded, must, aim, verdict, kernel, where };
}

/** @throws NothingToDo if the GPU's driver is not here */
export async function heldOn(
  gpu: string,
  {
    set,
    cases,
    root,
    only,
  }: { set: KernelSet; cases: readonly Case[]; root: string | null; only?: string | undefined },
): Promise<Held[]> {
  const compiler = await GpuCompiler.open({ gpu, native: native(), root, adapter: 'auto' });
  try {
    const made = only === 'picks' ? [] : await loops(compiler, gpu, set, cases);
    return [...made, ...(only === 'loops' ? [] : await bounds(compiler, gpu, set))];
  } finally {
    compiler.end();
  }
}

async function loops(compiler: GpuCompiler, gpu: string, set: KernelSet, cases: readonly Case[]): Promise<Held[]> {
  const found: Held[] = [];
  for (const item of cases) {
    const claim = CLAIMS[item.phase];
    const bounds = claim?.on[gpu];
    if (!claim || !bounds) continue;
    const asked = programFor(item, set, compiler.facts);
    if ('reason' in asked) throw new Error(`${item.id} on ${gpu}: ${asked.reason}`);
    const row = await compiler.row(item, set);
    if (row.status !== 'compiled') throw new Error(`${item.id} on ${gpu}: ${row.reason}`);
    if (!row.loop) throw new Error(`${item.id} on ${gpu}: no loop was found in ${row.kernel}`);
    found.push(held(gpu, { ...claim, ...bounds }, claim.of(row.loop, weightsOf(asked.program)), row.kernel, item.id));
  }
  return found;
}

/** Weights that a thread multiplies in one turn: a kernel's workgroup covers a tile of B once. */
function weightsOf({ tile, workgroup: [x, y] }: Program): number {
  return (tile.n * tile.k) / (x * y);
}

async function bounds(compiler: GpuCompiler, gpu: string, set: KernelSet): Promise<Held[]> {
  const picks = await compiledPicks(compiler, set);
  return limitsOf(compiler.about().vendor).flatMap((limit) => {
    const worst = worstOf(limit, picks);
    return worst ? [held(gpu, limit, worst.figure, worst.text, worst.where)] : [];
  });
}

function worstOf({ of, more }: Limit, picks: Awaited<ReturnType<typeof compiledPicks>>) {
  const told = picks.flatMap((compiled) => {
    const figure = of(compiled);
    const { text, item } = compiled.pick;
    return figure === null ? [] : [{ figure, text, where: item.id }];
  });
  return told.sort((one, other) => (more ? one.figure - other.figure : other.figure - one.figure))[0];
}

const COLUMNS: readonly ColumnOf<Held>[] = [
  column('GPU', TEXT, ({ gpu }) => gpu),
  column('figure', TEXT, ({ what }) => what),
  column('seen', FIGURES, ({ figure }) => String(figure)),
  column('must', FIGURES, ({ must }) => String(must)),
  column('aim', FIGURES, ({ aim }) => String(aim)),
  column('reaches', TEXT, ({ verdict }) => (verdict === 'missed' ? 'misses must' : verdict)),
  column('kernel', TEXT, ({ kernel }) => kernel),
  column('case', TEXT, ({ where }) => where),
];

export function tableSections(found: readonly Held[]): Section[] {
  const missed = found.filter(({ verdict }) => verdict === 'missed').length;
  return section(
    undefined,
    text(
      'What GPUs’ compilers make of the kernels that `best` picks, with the checks of indexes that a web page gets: the loop nest of some ' +
        `cases, and for each GPU the worst of all picks of the suites. ${missed} of ${found.length} miss what must be.`,
    ),
    tableOf(COLUMNS, found),
  );
}
