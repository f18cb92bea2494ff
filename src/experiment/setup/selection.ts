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
import { seriesOf } from '../../plan/case/series.ts';
import { loadSuites } from '../../plan/load.node.ts';
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

/** Suites by name or file, expanded. Throws SpecError. A set of both sides of a comparison has most names twice. */
export async function expansions(suites: readonly string[], set: KernelSet, io: Io): Promise<Expansion[]> {
  const own = ownMatmuls().map(({ source }) => source.name);
  const kernels = [...new Set([...set.kernels.map((kernel) => kernel.name), ...own])];
  const loaded = await loadSuites(suites, { cwd: io.cwd });
  for (const note of loaded.flatMap(({ notes }) => notes)) io.err(`${note}\n`);
  return loaded.map((suite) => expand(suite, { kernels }));
}

/**
 * The cases that pass the filters. Throws UsageError when none does: a filter that matches nothing is a mistake.
 *
 * @param set the kernels that cases may ask for by name
 */
export function filtered(cases: readonly Case[], filters: readonly string[], set?: KernelSet): Case[] {
  const found = cases.filter(parseFilters(filters));
  if (found.length > 0) return namesKernel(filters) ? found.map(byName) : found;
  const named = filters.map((filter) => `--filter '${filter}'`).join(' ');
  const asked = filters.flatMap((filter) => [...filter.matchAll(/kernel=([^,/]+)/g)].map(([, name = '']) => name));
  const kernel = asked.find((name) => set?.kernels.some((known) => known.name === name));
  const hint =
    kernel === undefined || cases.some((item) => item.kernel === kernel)
      ? '`shapemark list` prints their ids'
      : `none of them requests this kernel by name; did you mean --kernel ${kernel}?`;
  throw new UsageError(`${named || 'this choice'} matches none of ${cases.length} cases; ${hint}`);
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
