/** Computes the document of `--json` from visits: times and ratios per shape, with intervals over processes. */
import { flop } from '../src/gemm/shape.ts';
import type { CaseOutcome } from '../src/measure/parent/measurement.ts';
import { pairedRatio } from '../src/measure/parent/ratio.ts';
import type { ContenderVisit, VisitResult } from '../src/record/journal/journal.ts';
import { mean, median } from '../src/stats/centre.ts';
import { type Estimate, summarize } from '../src/stats/summary.ts';
import type { Field, OurClass, PeerContender } from './contenders.ts';

export type Interval = readonly [low: number, high: number];

/** Another's time over this contender's: above 1, this one is faster. */
export interface Ratio {
  readonly ratio: number;
  readonly interval: Interval;
  /** One per process, in process order. */
  readonly perProcess: readonly number[];
}

type ContenderFacts = Pick<PeerContender, 'name' | 'kind' | 'variant' | 'classes' | 'format' | 'note'>;

export interface MeasuredRow extends ContenderFacts {
  readonly status: 'measured';
  /** Wall seconds a multiplication, upload and read-back outside. */
  readonly medianSeconds: number;
  readonly interval: Interval;
  /** `range`: over fewer than 6 processes, which cannot bound the median with 95 % confidence. */
  readonly intervalKind: Estimate['kind'];
  readonly flopPerSecond: number;
  /** max |Δ| / rms against f64, and how much a right answer may show. */
  readonly error: number;
  readonly budget: number;
  readonly ratios: {
    /** Best peer's time / this time. Null where no peer was measured. */
    readonly bestPeer: number | null;
    readonly bestPeerInterval: Interval | null;
    /** The same against each other contender, by name. */
    readonly against: Readonly<Record<string, Ratio>>;
  };
}

export interface AbsentRow extends ContenderFacts {
  readonly status: 'skipped' | 'failed';
  readonly reason: string;
}

export type Row = MeasuredRow | AbsentRow;

export interface ShapeResult {
  readonly id: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly format: string;
  readonly layout: string;
  readonly from: string;
  readonly flop: number;
  readonly processes: number;
  readonly bestPeer: string | null;
  readonly contenders: readonly Row[];
}

export interface Geomean {
  readonly ratio: number;
  readonly interval: Interval;
  readonly intervalKind: Estimate['kind'];
  readonly shapes: number;
}

export function shapeResult({ case: item, visits, refusal }: CaseOutcome, field: Field | null): ShapeResult {
  const results = visits.flatMap(({ result }) => result ?? []);
  const rows = (field?.contenders ?? []).map((contender) => timed(contender, results, flop(item.problem)));
  const bestPeer = fastest(rows.flatMap((row) => ('seconds' in row && row.facts.kind === 'peer' ? [row] : [])));
  const { m, n, k } = item.problem.shape;
  return {
    ...{ id: item.id, m, n, k, format: item.problem.format.w, layout: item.problem.layout },
    ...{ from: item.from, flop: flop(item.problem), processes: results.length },
    bestPeer: bestPeer?.facts.name ?? null,
    contenders: rows.map((row) => ('seconds' in row ? withRatios(row, rows, results, bestPeer) : absent(row, refusal))),
  };
}

interface Timed {
  readonly facts: ContenderFacts;
  readonly seconds: Estimate;
  readonly flopPerSecond: number;
  readonly error: number;
  readonly budget: number;
}

interface Untimed {
  readonly facts: ContenderFacts;
  readonly status: 'skipped' | 'failed';
  readonly reason: string | null;
}

function timed(contender: PeerContender, results: readonly VisitResult[], work: number): Timed | Untimed {
  const { contender: _, reason, errorScale, ...facts } = contender;
  const seen = results.flatMap(({ contenders }) => contenders.find(({ name }) => name === facts.name) ?? []);
  const failed = seen.find(({ status }) => status !== 'measured');
  // A contender that is wrong or broken in one process has no time.
  if (failed) return { facts, status: failed.status === 'skipped' ? 'skipped' : 'failed', reason: reasonOf(failed) };
  if (seen.length === 0) return { facts, status: 'skipped', reason: reason ?? null };
  const seconds = summarize(seen.map(({ samples }) => median(samples)));
  const errors = seen.map(({ verification }) => (verification?.kernelError ?? Number.NaN) * errorScale);
  return {
    facts,
    seconds,
    flopPerSecond: work / seconds.median,
    error: Math.max(...errors),
    budget: (seen[0]?.verification?.budget ?? Number.NaN) * errorScale,
  };
}

function reasonOf({ reason = 'unknown', detail }: ContenderVisit): string {
  if (detail === undefined) return reason;
  return reason === 'unsupported' ? detail : `${reason}: ${detail}`;
}

function absent({ facts, status, reason }: Untimed, refusal: CaseOutcome['refusal']): AbsentRow {
  return {
    ...facts,
    status: reason === null && refusal ? refusal.status : status,
    reason: reason ?? (refusal ? `${refusal.reason}: ${refusal.detail}` : 'no visit was finished'),
  };
}

function fastest(rows: readonly Timed[]): Timed | null {
  return rows.reduce<Timed | null>(
    (best, row) => (best === null || row.seconds.median < best.seconds.median ? row : best),
    null,
  );
}

function withRatios(
  row: Timed,
  rows: readonly (Timed | Untimed)[],
  results: readonly VisitResult[],
  bestPeer: Timed | null,
): MeasuredRow {
  const { facts, seconds, flopPerSecond, error, budget } = row;
  const others = rows.flatMap((other) => ('seconds' in other && other !== row ? [other.facts.name] : []));
  const against = Object.fromEntries(
    others.flatMap((name) => {
      const ratio = ratioOf(results, facts.name, name);
      return ratio ? [[name, ratio]] : [];
    }),
  );
  const toBest = bestPeer === row ? { ratio: 1, interval: [1, 1] as const } : against[bestPeer?.facts.name ?? ''];
  return {
    ...facts,
    status: 'measured',
    ...{ medianSeconds: seconds.median, interval: seconds.interval, intervalKind: seconds.kind },
    ...{ flopPerSecond, error, budget },
    ratios: { bestPeer: toBest?.ratio ?? null, bestPeerInterval: toBest?.interval ?? null, against },
  };
}

/** Other's time over base's: per process from neighbouring blocks, then the median over processes. */
function ratioOf(results: readonly VisitResult[], base: string, other: string): Ratio | null {
  const perProcess = results.flatMap((result) => pairedRatio(result, base, other) ?? []);
  if (perProcess.length === 0) return null;
  const { median: ratio, interval } = summarize(perProcess);
  return { ratio, interval, perProcess };
}

export type Geomeans = Readonly<Record<string, Partial<Record<OurClass, Geomean>>>>;

/**
 * Per format of the shapes and class of our kernels: the geometric mean over shapes of best peer's time / its time, in each
 * process, then the median over processes.
 */
export function geomeans(shapes: readonly ShapeResult[]): Geomeans {
  const formats = [...new Set(shapes.map(({ format }) => format))];
  return Object.fromEntries(
    formats.map((format) => [format, byClass(shapes.filter((shape) => shape.format === format))]),
  );
}

function byClass(shapes: readonly ShapeResult[]): Partial<Record<OurClass, Geomean>> {
  const ratios = new Map<OurClass, (readonly number[])[]>();
  for (const { contenders, bestPeer } of shapes) {
    for (const row of contenders) {
      const perProcess = row.status === 'measured' ? row.ratios.against[bestPeer ?? '']?.perProcess : undefined;
      if (!perProcess) continue;
      for (const name of row.classes) ratios.set(name, [...(ratios.get(name) ?? []), perProcess]);
    }
  }
  return Object.fromEntries([...ratios].map(([name, perShape]) => [name, geomean(perShape)]));
}

/** @param perShape ratios of each shape in process order; a process that missed a shape counts for none */
export function geomean(perShape: readonly (readonly number[])[]): Geomean {
  const processes = Math.min(...perShape.map((ratios) => ratios.length));
  const means = Array.from({ length: processes }, (_, process) => {
    return Math.exp(mean(perShape.map((ratios) => Math.log(ratios[process] ?? Number.NaN))));
  });
  const { median: ratio, interval, kind } = summarize(means);
  return { ratio, interval, intervalKind: kind, shapes: perShape.length };
}

/** Shapes by the ratio of our best kernel, worst first, starting with those without a ratio. */
export function worstFirst(shapes: readonly ShapeResult[]): ShapeResult[] {
  return [...shapes].sort((a, b) => standing(a) - standing(b));
}

/** Best peer's time over our best kernel's; 0 without one. */
export function standing({ contenders }: ShapeResult): number {
  const row = contenders.find((candidate) => candidate.classes.includes('best'));
  return row?.status === 'measured' ? (row.ratios.bestPeer ?? 0) : 0;
}
