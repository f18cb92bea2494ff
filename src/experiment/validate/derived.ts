/** What follows from other parts of the record, or from the harness alone: warnings, suites, what a device must have, what a format costs. */
import { canonicalJson } from '../../gemm/digest.ts';
import { samplePoints } from '../../gemm/reference.ts';
import { bytesWritten, flop } from '../../gemm/shape.ts';
import { cacheFor } from '../../measure/worker/cache.ts';
import { expect } from '../../measure/worker/verify.ts';
import { isShapeText } from '../../plan/import/shape-text.ts';
import { problemOf } from '../../record/consistency.ts';
import type { MeasuredRow } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { ask, atMost, type Finding, refuse, shown } from './finding.ts';

/** Problems whose reference is computed again, the smallest ones, and multiply-adds for one: a second of f64. */
const MOST_PROBLEMS = 2;
const MOST_MACS = 4e6;
/** A run stops where the next case may not fit. */
const LEAST_SPENT = 0.5;
/** Digits that a record keeps, and sums of two machines' mathematical functions. */
const TOLERANCE = 1e-3;

export function* derivedFindings(record: RunRecord): Generator<Finding> {
  const rows = record.cases.filter((row) => row.status === 'measured');
  yield* suiteFindings(record);
  yield* atMost(skipFindings(record));
  yield* atMost(rows.flatMap((row) => [...warningFindings(row, record)]));
  yield* atMost(rows.flatMap((row) => [...deviceFindings(row, record)]));
  yield* formatErrorFindings(rows, record);
}

/** What every machine measures. */
const CONTRIBUTION = 'contribution';

/** Names of suites; files and shapes have names of their own. */
function* suiteFindings({ settings, cases }: RunRecord): Generator<Finding> {
  if (settings.suites.includes(CONTRIBUTION) && settings.filter.length > 0)
    yield ask(
      `settings.filter is ${settings.filter.join(', ').slice(0, 60)}; the suite ${CONTRIBUTION} is the same on every machine`,
    );
  if (settings.suites.some((suite) => /[./\\:]/.test(suite) || isShapeText(suite)) || settings.merged) return;
  const strange = cases.find(({ suite }) => !settings.suites.includes(suite));
  if (strange)
    yield ask(`${strange.id}: suite ${strange.suite} is not one that was asked for: ${settings.suites.join(', ')}`);
}

/** Since when rows say that the cache holds their operands. */
const COLD_SINCE = Date.parse('2026-11-29T07:00:00Z');

/** Warnings that a row makes by itself. */
function warningsOf(row: MeasuredRow, { settings, environment, startedAt }: RunRecord): Record<string, boolean> {
  const { summary, visits, operands, bytes, kernel } = row;
  const { subgroupSize: _, memoryBytes: __, ...facts } = environment.adapter;
  const read = (operands.sets ?? 1) * (bytes - bytesWritten(problemOf(row)));
  const unsettled = visits.filter(({ warmup }) => !warmup.plateau).length;
  return {
    'few-processes': summary.processes < Math.min(settings.processes, 6),
    'wall-clock': visits.some(({ clock }) => clock !== 'gpu'),
    'no-plateau': unsettled * 2 > visits.length,
    'rejected-readings': visits.some(({ rejectedReadings = 0 }) => rejectedReadings > 0),
    'launch-bound': summary.launchBound ?? false,
    'texture-fed': kernel.textureFillSeconds !== undefined,
    ...(Date.parse(startedAt) >= COLD_SINCE && {
      'not-cold': operands.mode === 'cold' && read <= cacheFor(facts).bytes,
    }),
  };
}

function* warningFindings(row: MeasuredRow, record: RunRecord): Generator<Finding> {
  const stated = new Set(row.warnings.map(({ code }) => code));
  for (const [code, follows] of Object.entries(warningsOf(row, record)))
    if (stated.has(code) !== follows)
      yield ask(`${row.id}: the warning ${code} is ${follows ? 'missing' : 'there'}; the visits say otherwise`);
}

/** Why a row without a time may lack it. */
const SKIPS = new Set(['answers', 'budget', 'interrupted', 'unsupported', 'unverifiable']);

function* skipFindings({ cases, ended, settings, profile }: RunRecord): Generator<Finding> {
  for (const row of cases) {
    if (row.status !== 'skipped') continue;
    if (!SKIPS.has(row.reason))
      yield ask(`${row.id}: was skipped for "${row.reason.slice(0, 60)}", a reason of no version`);
    if (row.reason !== 'budget') continue;
    if (ended === 'processes' || ended === 'target')
      yield refuse(`${row.id}: was skipped for the budget; the run ended by its ${ended}`);
    else if (ended === 'budget' && (profile.total ?? 0) < LEAST_SPENT * (settings.budgetSeconds ?? 0))
      yield ask(
        `${row.id}: was skipped for the budget, of which ${shown(profile.total ?? 0)} s of ${settings.budgetSeconds} s were spent`,
      );
  }
}

function* deviceFindings({ id, kernel, operands }: MeasuredRow, { environment }: RunRecord): Generator<Finding> {
  const { limits, features, memoryBytes, source } = environment.adapter;
  const [x, y] = kernel.workgroup ?? [1, 1];
  for (const [what, value, limit] of [
    ['a workgroup', x * y, limits.maxComputeInvocationsPerWorkgroup],
    ['a workgroup in x', x, limits.maxComputeWorkgroupSizeX],
    ['a workgroup in y', y, limits.maxComputeWorkgroupSizeY],
  ] as const)
    if (limit !== undefined && value > limit)
      yield refuse(`${id}: ${what} has ${value} invocations; the adapter allows ${limit}`);
  if (kernel.matrixUnits && !features.some((feature) => feature.includes('subgroup-matrix')))
    yield refuse(`${id}: ran on matrix units, which are no feature of the adapter`);
  const held = (operands.sets ?? 1) * (operands.bytesPerSet ?? 0);
  if (source === 'gpu' && memoryBytes !== undefined && held > memoryBytes)
    yield refuse(`${id}: ${operands.sets} operand sets have ${held} bytes, the device ${memoryBytes}`);
}

/** The cost of a number format is computed on the CPU from shape and seed alone, so that it can be computed again. */
function* formatErrorFindings(rows: readonly MeasuredRow[], { settings, environment }: RunRecord): Generator<Finding> {
  const macs = settings.referenceMacs?.first;
  if (macs === undefined || macs > MOST_MACS || environment.adapter.simulated) return;
  const problems = new Map<string, MeasuredRow>();
  for (const row of rows) problems.set(canonicalJson({ ...problemOf(row), seed: row.seed, of: row.distribution }), row);
  const cheapest = [...problems.values()].sort((a, b) => flop(problemOf(a)) - flop(problemOf(b)));
  const small = cheapest.filter((row) => samplePoints(problemOf(row), row.seed, macs).length * row.shape.k <= 2 * macs);
  for (const row of small.slice(0, MOST_PROBLEMS)) yield* formatErrorFinding(row, macs);
}

function* formatErrorFinding(row: MeasuredRow, macs: number): Generator<Finding> {
  const { formatError } = row.verify;
  const expected = expectedFormatError(row, macs);
  if (formatError !== null && Math.abs(formatError - expected) > TOLERANCE * expected)
    yield ask(`${row.id}: verify.formatError is ${formatError}; shape, format and seed make it ${shown(expected)}`);
}

/** Of problems seen before: records of a suite have the same ones. */
const KNOWN = new Map<string, number>();
const MOST_KNOWN = 100;

function expectedFormatError(row: MeasuredRow, macs: number): number {
  const key = canonicalJson({ ...problemOf(row), seed: row.seed, of: row.distribution, macs });
  const known = KNOWN.get(key) ?? expect(problemOf(row), row.seed, row.distribution, macs).formatError;
  if (KNOWN.size < MOST_KNOWN) KNOWN.set(key, known);
  return known;
}
