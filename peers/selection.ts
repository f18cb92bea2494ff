/** Which shapes and libraries a comparison has. */
import { fileURLToPath } from 'node:url';
import { UsageError } from '../src/experiment/errors.ts';
import type { Io } from '../src/experiment/io.ts';
import { expansions, filtered } from '../src/experiment/setup/selection.ts';
import type { KernelSet } from '../src/kernel/set/kernel.ts';
import { processHost } from '../src/measure/parent/host.node.ts';
import { Interrupted } from '../src/measure/parent/process.ts';
import type { Case } from '../src/plan/case/case.ts';
import { suiteNames } from '../src/plan/load.node.ts';
import { CATALOGUE, type Entry } from './catalogue.ts';
import { INSTALL, versionOf } from './install.ts';
import type { Options } from './options.ts';
import { preflight } from './preflight.ts';
import { caseOf, DEFAULT_SHAPES, parseShapes, sharedShapes } from './shapes.ts';

export const PEERS_WORKER = fileURLToPath(new URL('./worker.node.ts', import.meta.url));

export async function casesFor(options: Options, kernels: KernelSet, io: Io): Promise<Case[]> {
  const { shapes, suites, allSuites, filters } = options;
  if (shapes !== null && (allSuites || suites.length > 0))
    throw new UsageError('--shapes and --suite exclude each other');
  if (shapes !== null) return filtered(readShapes(shapes), filters, kernels, io);
  const names = allSuites ? await suiteNames({ cwd: io.cwd }) : suites;
  if (names.length === 0)
    return filtered(
      DEFAULT_SHAPES.map((asked) => caseOf(asked)),
      filters,
      kernels,
      io,
    );
  const expanded = await expansions(names, kernels, io);
  const cases = expanded.flatMap((expansion) => expansion.cases);
  return sharedShapes(await filtered(cases, filters, kernels, io));
}

function readShapes(text: string): Case[] {
  try {
    return parseShapes(text);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

export function chosenEntries({ only }: Options): Entry[] {
  const unknown = only?.filter((name) => !CATALOGUE.some((entry) => entry.name === name)) ?? [];
  if (unknown.length === 0) return CATALOGUE.filter(({ name }) => only?.includes(name) ?? true);
  const names = CATALOGUE.map(({ name }) => name).join(', ');
  throw new UsageError(`--only: no library "${unknown.join('", "')}"; there are ${names}`);
}

/** Excluded libraries and reasons; each of the others has multiplied once in a separate process. */
export async function excluded(
  entries: readonly Entry[],
  adapter: string,
  { io, signal }: { io: Io; signal: AbortSignal },
): Promise<Map<string, string>> {
  const out = new Map<string, string>();
  for (const entry of entries) {
    if (signal.aborted) throw new Interrupted('interrupted');
    if (io.columns !== null) io.err(`\r\u001b[2Ktrying ${entry.name}`);
    const reason =
      versionOf(entry) === null
        ? `is not installed: ${INSTALL}`
        : await preflight({ host: processHost(PEERS_WORKER, [entry.name]), adapter, entry });
    if (reason !== null) out.set(entry.name, reason);
  }
  return out;
}
