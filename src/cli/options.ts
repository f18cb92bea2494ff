/** Options that several verbs share. A verb defines only its own. */
import { resolve } from 'node:path';
import type { InferredOptionTypes } from 'yargs';
import { kernelEngines } from '../engine/registry.node.ts';
import { UsageError } from '../experiment/errors.ts';
import { readShape } from '../plan/import/shape-text.ts';
import { USUAL_ENGINE } from '../record/environment.ts';
import { isRemote, objectStore } from '../record/store/place.ts';
import { RENDERERS } from '../report/document/renderers.ts';
import { COLD_BYTES_OPTION } from './cold-bytes.ts';

/** Suites as positional arguments. */
export const suites = (...usual: string[]) =>
  ({ type: 'string', array: true, default: usual, describe: 'Suite file, or name in benches/' }) as const;

/** Likewise, where shapes may stand in their place: none are usual until it is known that there are no shapes either. */
export const SUITES_OR_SHAPES = {
  ...suites(),
  defaultDescription: 'quick',
  describe: 'Suites, models, config.json files or lists of shapes: files, or names in benches/',
} as const;

export const SHAPE = {
  type: 'string',
  array: true,
  nargs: 1,
  default: [] as string[],
  describe:
    'A shape m×n×k[:w[:a]][:layout] instead of a suite: 64x2880x2880:mxfp4, 64x2880x2880:f16:nt; repeat for more',
} as const;

/** Suites by name, and shapes as one suite more. Throws SpecError. */
export function suitesAsked(
  { suite, shape }: { readonly suite: readonly string[]; readonly shape: readonly string[] },
  ...usual: string[]
): string[] {
  for (const text of shape) readShape(text);
  const asked = [...suite, ...(shape.length > 0 ? [shape.join(',')] : [])];
  return asked.length > 0 ? asked : usual;
}

export const FILTER = {
  type: 'string',
  array: true,
  nargs: 1,
  default: [] as string[],
  describe: 'Only matching cases',
} as const;

export const KERNEL = {
  type: 'string',
  array: true,
  nargs: 1,
  default: [] as string[],
  describe: 'Kernel to use for every case, instead of those of the suite; `all` for every kernel',
} as const;

export const KERNELS = { type: 'string', describe: 'Folder or git ref of kernels' } as const;

export const ADAPTER = {
  type: 'string',
  default: 'auto',
  describe: 'auto, gpu, software, embedded, or part of the adapter name',
} as const;

export const ROOT = {
  type: 'string',
  describe: 'Root folder of another system whose drivers are used too (or SHAPEMARK_INSPECT_ROOT)',
} as const;

export const ROBUSTNESS = {
  choices: ['on', 'off'] as const,
  default: 'on' as const,
  describe: 'Checked indexes, as in a web page, or unchecked ones: a series of its own',
} as const;

export const SEED = { type: 'number', default: 1, describe: 'Seed of the schedule' } as const;
/** An object store's place is no path of this machine. Throws UsageError for other servers, which may not list their files. */
export function resultsPlace(cwd: string, results: string): string {
  if (!isRemote(results)) return resolve(cwd, results);
  if (objectStore(results)) return results;
  throw new UsageError(
    `--results ${results}: only object stores list their files to shapemark: s3://bucket/results, with AWS_ENDPOINT_URL for one that is not Amazon’s; or copy the folder here`,
  );
}

export const RESULTS = { type: 'string', default: 'results', describe: 'Folder of records' } as const;
export const CALIBRATIONS = { ...RESULTS, describe: 'Folder that contains calibrations of this machine' } as const;
export const JSON_DOCUMENT = { type: 'boolean', default: false, describe: 'Print one JSON document' } as const;
export const JSON_FORMAT = { ...JSON_DOCUMENT, describe: 'Same as --format json' } as const;

export interface FormatOptions {
  format: string;
  json: boolean;
}

/** The form of a verb's one document. */
export const FORMATS = {
  format: { choices: ['text', ...Object.keys(RENDERERS), 'json'], default: 'text', describe: 'Output format' },
  json: JSON_FORMAT,
} as const;

export const resume = (what: string) =>
  ({ type: 'boolean', default: false, describe: `Continue an interrupted ${what}` }) as const;

/** @param engines those that the verb can measure on */
export const deviceOptions = (engines: readonly string[] = kernelEngines()) =>
  ({
    adapter: ADAPTER,
    engine: { choices: engines, default: USUAL_ENGINE, describe: 'Engine that executes kernels' },
    scenario: { type: 'string', describe: 'Scenario file for the scripted engine' },
  }) as const;

export type DeviceOptions = InferredOptionTypes<ReturnType<typeof deviceOptions>>;

/**
 * What every verb that measures kernels of suites takes.
 *
 * @param what the thing that can be interrupted, for messages
 */
export const measuringOptions = (what: string, engines?: readonly string[]) =>
  ({
    filter: FILTER,
    kernels: KERNELS,
    ...deviceOptions(engines),
    'cold-bytes': COLD_BYTES_OPTION,
    seed: SEED,
    results: RESULTS,
    resume: resume(what),
    json: JSON_DOCUMENT,
  }) as const;

export type MeasuringOptions = InferredOptionTypes<ReturnType<typeof measuringOptions>>;

/** The words of `--fail-on`. Throws UsageError. */
export function wordsToFailOn<Word extends string>(text: string, known: readonly Word[]): ReadonlySet<Word> {
  const asked = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const unknown = asked.find((word) => !known.some((one) => one === word));
  if (unknown !== undefined) throw new UsageError(`--fail-on ${unknown}: expected some of ${known.join(', ')}`);
  return new Set(known.filter((word) => asked.includes(word)));
}
