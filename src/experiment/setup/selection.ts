/** Selects cases from what the user names: suites and filters. */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownMatmuls } from '../../engine/registry.node.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { loadKernels } from '../../kernel/set/load.node.ts';
import type { Case, OperandMode, Robustness } from '../../plan/case/case.ts';
import { type Expansion, expand } from '../../plan/case/expand.ts';
import { namesKernel, parseFilters } from '../../plan/case/filter.ts';
import { formatId, parseId } from '../../plan/case/id.ts';
import { whyNoMatch } from '../../plan/case/no-match.ts';
import { seriesOf } from '../../plan/case/series.ts';
import { loadSuite, loadSuites, suiteNames } from '../../plan/load.node.ts';
import { SpecError } from '../../plan/spec/spec-error.ts';
import { remedy } from '../../plan/spec/suggest.ts';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';

const SHIPPED_KERNELS = fileURLToPath(new URL('../../../kernels', import.meta.url));

/** The harness's own kernels, which serve as references. */
export function shippedKernels(): Promise<KernelSet> {
  return loadKernels(SHIPPED_KERNELS);
}

/** The kernels asked for, by default `kernels/` here, else the harness's own. */
export async function kernelsFrom(where: string | undefined, cwd: string): Promise<{ set: KernelSet; from: string }> {
  if (where !== undefined) return { set: await loadKernels(where, cwd), from: where };
  // A broken link exists too, and is reported instead of ignored.
  const own = lstatSync(join(cwd, 'kernels'), { throwIfNoEntry: false }) !== undefined;
  const set = own ? await loadKernels('kernels', cwd) : await shippedKernels();
  return { set, from: 'kernels' };
}

/** Suites by name or file, expanded. Throws SpecError. */
export async function expansions(suites: readonly string[], set: KernelSet, io: Io): Promise<Expansion[]> {
  const kernels = namesOf(set);
  const loaded = await loadSuites(suites, { cwd: io.cwd });
  for (const note of loaded.flatMap(({ notes }) => notes)) io.err(`${note}\n`);
  return loaded.map((suite) => expand(suite, { kernels }));
}

/**
 * The cases that pass the filters. Throws UsageError when none does: a filter that matches nothing is a mistake.
 *
 * @param set the kernels that cases may ask for by name
 * @param place where other suites are looked for, to be named; null where none can stand in the place of this one
 * @param option that gives the filters
 */
export async function filtered(
  cases: readonly Case[],
  filters: readonly string[],
  set: KernelSet,
  place: Pick<Io, 'cwd'> | null,
  option = '--filter',
): Promise<Case[]> {
  const found = cases.filter(parseFilters(filters));
  if (found.length > 0) return namesKernel(filters) ? found.map(byName) : found;
  const named = filters.map((filter) => `${option} '${filter}'`).join(' ');
  const outcome = `${named || 'this choice'} matches none of ${cases.length} cases`;
  if (filters.length === 0 || cases.length === 0) throw new UsageError(outcome);
  const asked = filters.flatMap((filter) => [...filter.matchAll(/kernel=([^,/]+)/g)].map(([, name = '']) => name));
  const kernel = asked.find((name) => set.kernels.some((known) => known.name === name));
  if (kernel !== undefined && !cases.some((item) => item.kernel === kernel))
    throw new UsageError(`${outcome}; none of them requests this kernel by name; did you mean --kernel ${kernel}?`);
  const others = place ? await suitesWith(filters, cases, set, place.cwd) : [];
  const shown = others.slice(0, SUITES_NAMED).map(({ name, count }) => `${name} (${count})`);
  const elsewhere =
    shown.length === 0
      ? ''
      : `; suites with such cases: ${[...shown, ...others.slice(SUITES_NAMED, SUITES_NAMED + 1).map(() => '…')].join(', ')}`;
  throw new UsageError(`${outcome}: ${whyNoMatch(filters, cases)}${elsewhere}`);
}

const SUITES_NAMED = 6;

/** Suites known by name, other than those of `cases`, in which the filters match, those with most first. */
async function suitesWith(filters: readonly string[], cases: readonly Case[], set: KernelSet, cwd: string) {
  const asked = new Set(cases.map(({ suite }) => suite));
  const kernels = namesOf(set);
  const matches = parseFilters(filters);
  const found: { name: string; count: number }[] = [];
  for (const name of await suiteNames({ cwd })) {
    if (asked.has(name)) continue;
    try {
      const count = expand(await loadSuite(name, { cwd }), { kernels }).cases.filter(matches).length;
      if (count > 0) found.push({ name, count });
    } catch (error) {
      // A suite that cannot be read is no suggestion.
      if (!(error instanceof SpecError)) throw error;
    }
  }
  return found.sort((a, b) => b.count - a.count);
}

/** Kernels that a suite may ask for by name. A set of both sides of a comparison has most names twice. */
function namesOf(set: KernelSet): string[] {
  return [...new Set([...set.kernels.map(({ name }) => name), ...ownMatmuls().map(({ source }) => source.name)])];
}

/**
 * The same problems, asked for kernels by name: `--kernel`. Without names the cases stay as they are.
 *
 * @param names kernels of `set`, `best`, or `all` for every kernel of the set
 * @throws UsageError for an unknown name
 */
export function asKernels(cases: readonly Case[], names: readonly string[], set: KernelSet): Case[] {
  if (names.length === 0) return [...cases];
  const known = [...new Set(set.kernels.map(({ name }) => name))];
  for (const name of names) {
    if (name === 'all' || name === 'best' || known.includes(name)) continue;
    throw new UsageError(`--kernel ${name}: ${set.origin} has no kernel with this name; ${remedy(name, known)}`);
  }
  const named = names.filter((name) => name !== 'all');
  const rest = names.includes('all') ? known.filter((name) => !named.includes(name)) : [];
  const found = new Map<string, Case>();
  for (const item of cases) {
    for (const kernel of new Set([...named, ...rest])) {
      const id = formatId({ ...parseId(item.id), kernel });
      const asked: Case = { ...byName(item), id, kernel, ...(rest.includes(kernel) && { ofAll: true as const }) };
      if (!found.has(id)) found.set(id, { ...asked, series: seriesOf(asked) });
    }
  }
  return [...found.values()];
}

/** The same case with another requested kernel. */
export function byName({ ofAll: _, ...item }: Case): Case {
  return item;
}

/** The same case with another operand mode, hence with another id and series. */
export function withOperands(item: Case, operands: OperandMode): Case {
  const changed = { ...item, operands, id: formatId({ ...parseId(item.id), operands }) };
  return { ...changed, series: seriesOf(changed) };
}

/** The same case with or without checked indexes, in the same way. */
export function withRobustness(item: Case, robustness: Robustness = 'on'): Case {
  if (robustness === 'on') return item;
  const changed = { ...item, robustness, id: formatId({ ...parseId(item.id), robustness }) };
  return { ...changed, series: seriesOf(changed) };
}
