/** What compilers of GPUs that are not here make of a change: part of a comparison, whatever device it measures on. */
import { engineNamed } from '../../engine/registry.node.ts';
import { changesOf } from '../../inspect/changes.ts';
import { HERE } from '../../inspect/gpus.ts';
import type { ComparedCase, Compiled } from '../../judge/ab/comparison.ts';
import type { Program } from '../../kernel/program.ts';
import type { Case, Robustness } from '../../plan/case/case.ts';
import type { Change, InspectedGpu, InspectionRow } from '../../record/beside/inspection.ts';
import { NothingToDo, UsageError } from '../errors.ts';
import { GpuCompiler, type Subject } from '../inspect/gpu-compiler.ts';
import { gpuNames } from '../inspect/gpu-names.ts';
import { type Native, native } from '../inspect/native.ts';
import { rootOf } from '../inspect/system.ts';
import type { Io } from '../io.ts';
import { PROGRESS_PREFIX } from '../session/progress.ts';
import type { AbRequest } from './ab-request.ts';
import { fitsDevice } from './change.ts';
import { withoutRatios } from './compared-case.ts';
import { type Pairing, pairing, type Sides } from './sides.ts';

/** A GPU of each vendor, where its driver is there; or none; or those that are named. */
export const ASKED = { usual: 'auto', none: 'off' } as const;

/** Of several GPUs of a vendor the one that most people have. */
const USUAL = ['navi31', 'tgl', 'ampere', 'a740', 'm1'];

export interface CompilersRequest extends Pick<AbRequest, 'sides' | 'cases' | 'programs'> {
  readonly options: {
    readonly engine: string;
    readonly inspect: string;
    readonly root: string | undefined;
    readonly robustness?: Robustness | undefined;
  };
  /** Kernels that no compiler is asked about, because the head's do not compile. */
  readonly broken: ReadonlySet<string>;
  /** The command that shows what a compiler makes of a case. */
  readonly reproduce: (gpu: string, id: string) => string;
}

export interface CompilersAnswer {
  readonly compiled: Compiled;
  /** One for each kernel that became worse on a GPU. */
  readonly worse: readonly ComparedCase[];
}

/**
 * @returns null where no compiler is to be asked
 * @throws NothingToDo where a GPU was named that cannot be asked
 */
export async function askCompilers(request: CompilersRequest, io: Io): Promise<CompilersAnswer | null> {
  const { inspect, engine } = request.options;
  const isUsual = inspect === ASKED.usual;
  // What is only played has programs for no GPU.
  if (inspect === ASKED.none || (isUsual && engineNamed(engine).kind === 'played')) return null;
  const gpus = isUsual ? USUAL : gpuNames('inspect', [inspect]);
  if (gpus.includes(HERE)) throw new UsageError(`--inspect ${inspect}: expected names of GPUs that need not be here`);
  const asked: InspectedGpu[] = [];
  const without: { gpu: string; reason: string }[] = [];
  const found: Found[] = [];
  for (const gpu of gpus) {
    try {
      const answer = await askOne(gpu, native(), request, io);
      asked.push(answer.about);
      found.push(...answer.found);
    } catch (error) {
      if (!(error instanceof NothingToDo) || !isUsual) throw error;
      without.push({ gpu, reason: error.message });
    }
  }
  const changes = found.flatMap((one) => one.changes);
  return { compiled: { gpus: asked, without, changes }, worse: worseCases(found, request) };
}

interface Found {
  readonly item: Case;
  readonly kernels: ComparedCase['kernels'];
  readonly changes: readonly Change[];
}

async function askOne(gpu: string, built: Native, request: CompilersRequest, io: Io) {
  const { options, cases, sides } = request;
  const root = rootOf(options.root, io);
  const robustness = options.robustness === 'off' ? options.robustness : undefined;
  const compiler = await GpuCompiler.open({ gpu, native: built, root, adapter: 'auto', robustness });
  try {
    const { facts } = compiler;
    const fits = cases.filter((item) => fitsDevice(item, { ...facts, source: 'gpu' }));
    // A filter may leave only what a software adapter measures; its programs are of other sizes, but they are what changed.
    const fitting = fits.length > 0 ? fits : cases;
    const both: Sides = { ...sides, ...(await request.programs?.(fitting, facts)) };
    const pairs = distinct(fitting.map((item) => ({ item, pair: pairing(item, both, facts) }))).filter(
      ({ pair }) => !('head' in pair && request.broken.has(pair.head.kernel)),
    );
    if (pairs.length > 0) io.err(`${PROGRESS_PREFIX}${gpu}: compiling ${pairs.length} changed programs\n`);
    const found: Found[] = [];
    for (const { item, pair } of pairs) found.push(await compiledPair(compiler, item, pair));
    return { about: compiler.about(), found };
  } finally {
    compiler.end();
  }
}

type Differing = Exclude<Pairing, { kind: 'neither' | 'identical' }>;

/** Each change of a program once: shapes of one tile have the same text. */
function distinct(pairs: readonly { item: Case; pair: Pairing }[]): { item: Case; pair: Differing }[] {
  const texts = new Map<string, { item: Case; pair: Differing }>();
  for (const { item, pair } of pairs) {
    if (pair.kind === 'neither' || pair.kind === 'identical') continue;
    const base = 'base' in pair ? pair.base.code : '';
    const head = 'head' in pair ? pair.head.code : '';
    // A grid alone is no matter of the compiler.
    if (base !== head && !texts.has(`${base}\0${head}`)) texts.set(`${base}\0${head}`, { item, pair });
  }
  return [...texts.values()];
}

async function compiledPair(compiler: GpuCompiler, item: Case, pair: Differing): Promise<Found> {
  const row = (program: Program | null): Promise<InspectionRow> | InspectionRow =>
    program === null
      ? compiler.refused(item, item.kernel, 'detail' in pair ? pair.detail : '')
      : compiler.compiled(item, subjectOf(program));
  const [base, head] = ['base' in pair ? pair.base : null, 'head' in pair ? pair.head : null];
  const before = await row(base);
  const after = await row(head);
  // What is new has nothing to be worse than, unless it does not compile.
  const changes = base === null && after.status === 'compiled' ? [] : changesOf([before], [after]);
  return { item, kernels: { base: base?.kernel ?? null, head: head?.kernel ?? null }, changes };
}

function subjectOf({ kernel, kernelHash: hash, tile, thread, code }: Program): Subject {
  return { kernel, hash, tile, thread, code };
}

/** One row for each kernel and GPU: the program that lost most figures, and how many more there are. */
function worseCases(found: readonly Found[], { reproduce }: CompilersRequest): ComparedCase[] {
  const groups = new Map<string, { one: Found; worse: readonly Change[] }[]>();
  for (const one of found) {
    const worse = one.changes.filter(({ verdict }) => verdict === 'worse');
    const [first] = worse;
    if (!first) continue;
    const key = `${first.gpu} ${one.kernels.head ?? one.kernels.base}`;
    groups.set(key, [...(groups.get(key) ?? []), { one, worse }]);
  }
  return [...groups.values()].flatMap((group) => {
    const [most, ...others] = [...group].sort((a, b) => b.worse.length - a.worse.length);
    const [first] = most?.worse ?? [];
    if (!most || !first) return [];
    const figures = most.worse.map(({ what, base, head }) => `${what} ${base} → ${head}`).join(', ');
    const more =
      others.length > 0
        ? `; and in ${others.length} more ${others.length === 1 ? 'program' : 'programs'} of this kernel`
        : '';
    const { item, kernels } = most.one;
    const row = withoutRatios(item.id, reproduce(first.gpu, item.id));
    return [{ ...row, kernels, verdict: 'worse', reason: `worse on ${first.gpu}: ${figures}${more}` }];
  });
}
