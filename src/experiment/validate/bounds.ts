/** What hardware can do: bounds of the vendor from our own table, of the fastest GPU, of a CPU; and whether a name fits its speed. */
import {
  figuresOf,
  KNOWN_GPUS,
  type KnownGpu,
  type VendorFigures,
  vendorFigures,
  vendorPeak,
} from '../../engine/gpus/known-gpus.ts';
import { bytesWritten } from '../../gemm/shape.ts';
import { ceilings, peakPath } from '../../record/ceilings.ts';
import { problemOf, repeated } from '../../record/consistency.ts';
import type { AdapterFacts, Environment } from '../../record/environment.ts';
import type { MeasuredRow } from '../../record/row.ts';
import type { Peak, RunRecord } from '../../record/schema.ts';
import { median } from '../../stats/centre.ts';
import { ask, atMost, type Finding, refuse, shown } from './finding.ts';

/** Cards exceed their nominal clock (21.1 of 19.2 TFLOPS has been measured). */
const BOOST = 1.25;
/** Better than anything in the table, so that a new GPU is asked about and not refused; beyond the second it is refused. */
const NEW_GPU = { ask: 1.25, refuse: 10 };
/** A known GPU whose measured peaks are below this share of the vendor's is slow, throttled, or another device. */
const LEAST_OF_VENDOR = 0.2;
/** A rate above the measured peak by this factor needs a person to decide, and cannot be by the second. */
const ABOVE_PEAK = { ask: 1.05, refuse: 3 };
/** The first version of the probes measured up to this much too little. */
const EARLY_PROBES = 1.6;
/** f32 FLOP per second of a core: two fused multiply-adds of 16 lanes at 6 GHz; of 16-bit formats twice that. */
const CORE = { f32: 2 * 2 * 16 * 6e9, f16: 4 * 2 * 16 * 6e9 };
/** Bytes per second of a core's private caches, which cold operands of a software adapter can lie in. */
const CORE_BYTES = 400e9;
/** A launch is not shorter: a dispatch costs about a microsecond on any GPU. */
const SHORTEST_LAUNCH = 2e-7;

export function* boundFindings(record: RunRecord): Generator<Finding> {
  yield* peakFindings(record);
  yield* sentinelPeaks(record);
  const rows = record.cases.filter((row) => row.status === 'measured');
  yield* atMost(rows.flatMap((row) => [...shareFindings(row, record)]));
  yield* atMost(rows.flatMap((row) => [...rateFindings(row, record)]));
}

interface Limits {
  /** FLOP/s by path of a peak. */
  readonly flopPerSecond: (path: string) => number;
  readonly bytesPerSecond: number;
  readonly of: string;
}

const FASTEST: VendorFigures['flopPerSecond'] = fastest(KNOWN_GPUS);
const FASTEST_BYTES = Math.max(...KNOWN_GPUS.map((gpu) => figuresOf(gpu).bytesPerSecond));

function fastest(gpus: readonly KnownGpu[]): VendorFigures['flopPerSecond'] {
  const best: Record<string, number> = {};
  for (const gpu of gpus)
    for (const [path, rate] of Object.entries(figuresOf(gpu).flopPerSecond))
      best[path] = Math.max(best[path] ?? 0, rate);
  return best;
}

/** The fastest GPU of the vendor, where that is all that an adapter tells of itself, as in a browser. */
function fastestOf({ vendor }: AdapterFacts): { rate: number; of: string } {
  const own = KNOWN_GPUS.filter((gpu) => gpu.vendor === vendor.toLowerCase());
  const rates = Object.values(own.length > 0 ? fastest(own) : FASTEST);
  return { rate: Math.max(...rates), of: own.length > 0 ? `the fastest GPU of ${vendor}` : 'the fastest GPU' };
}

function limitsOf({ adapter, cpu }: Environment): Limits {
  if (adapter.source !== 'gpu') {
    const rate = (path: string) => cpu.cores * (path.startsWith('f16') ? CORE.f16 : CORE.f32);
    return { flopPerSecond: rate, bytesPerSecond: cpu.cores * CORE_BYTES, of: `a CPU of ${cpu.cores} cores` };
  }
  const own = vendorFigures(adapter);
  if (own)
    return {
      flopPerSecond: (path) => BOOST * rateOf(own.flopPerSecond, path),
      bytesPerSecond: BOOST * own.bytesPerSecond,
      of: own.gpu.name,
    };
  return {
    flopPerSecond: (path) => NEW_GPU.refuse * rateOf(FASTEST, path),
    bytesPerSecond: NEW_GPU.refuse * FASTEST_BYTES,
    of: `${NEW_GPU.refuse} times the fastest GPU in the table`,
  };
}

/** Where the vendor states no rate for f16, it is at most four times that of f32 on vector units. */
function rateOf(rates: VendorFigures['flopPerSecond'], path: string): number {
  const stated = (rates as Readonly<Record<string, number>>)[path];
  if (stated !== undefined) return stated;
  if (path === 'f16-fma') return 4 * (rates['f32-fma'] ?? Number.POSITIVE_INFINITY);
  return Math.max(...Object.values(rates), 0) * 2 || Number.POSITIVE_INFINITY;
}

function* peakFindings({ peaks, environment, cases }: RunRecord): Generator<Finding> {
  if (cases.some(({ status }) => status === 'measured') && !peaks.some(({ path }) => path === 'f32-fma'))
    yield ask('no peak of this device was measured, so that rates cannot be compared with it');
  const limits = limitsOf(environment);
  const own = environment.adapter.source === 'gpu' ? vendorFigures(environment.adapter) : undefined;
  for (const path of repeated(peaks.map(({ path }) => path))) yield refuse(`two peaks have the path ${path}`);
  for (const peak of peaks) {
    const { path, flopPerSecond: rate = 0, bytesPerSecond: bandwidth = 0, launchSeconds } = peak;
    if (rate > limits.flopPerSecond(path))
      yield refuse(`peak ${path} is ${shown(rate)} FLOP/s, above ${shown(limits.flopPerSecond(path))} of ${limits.of}`);
    // A peak of reads or copies may lie in a cache.
    if (bandwidth > 4 * limits.bytesPerSecond)
      yield refuse(
        `peak ${path} is ${shown(bandwidth)} bytes/s, above ${shown(limits.bytesPerSecond)} of ${limits.of}`,
      );
    else if (bandwidth > limits.bytesPerSecond)
      yield ask(`peak ${path} is ${shown(bandwidth)} bytes/s, above ${shown(limits.bytesPerSecond)} of ${limits.of}`);
    if (launchSeconds !== undefined && launchSeconds < SHORTEST_LAUNCH)
      yield refuse(`peak ${path}: a launch of ${launchSeconds} s is too short`);
    yield* vendorFindings(peak, environment.adapter);
    const stated =
      own && (bandwidth > 0 ? own.bytesPerSecond : (own.flopPerSecond as Readonly<Record<string, number>>)[path]);
    const measured = bandwidth || rate;
    if (stated !== undefined && measured > 0 && measured < LEAST_OF_VENDOR * stated)
      yield ask(
        `peak ${path} is ${shown(measured / stated)} of what ${own?.gpu.name} does by its vendor; is it that device?`,
      );
  }
}

/** Of the sentinel's programs in this version of the probes. */
const SENTINEL = { probes: 2, flop: 65_536 * 128 * 12 * 2, bytes: 2 * (8 << 20) };
/** Their rates were 0.2 to 0.7 of the peak of multiply-adds, and 0.9 to 1.3 of that of copies, in honest runs on busy machines. */
const OF_SENTINEL = { flop: 1.5, copy: 3 };

/** A peak that is stated too low makes all shares of it too good; the sentinel does the same work, and is read in every process. */
function* sentinelPeaks({ peaks, processes, settings }: RunRecord): Generator<Finding> {
  if (settings.probes !== SENTINEL.probes) return;
  const readings = processes.flatMap(({ sentinel }) => sentinel);
  for (const [path, stated, done, most] of [
    [
      'f32-fma',
      (peak: Peak) => peak.flopPerSecond,
      median(readings.map(({ aluSeconds }) => SENTINEL.flop / aluSeconds)),
      OF_SENTINEL.flop,
    ],
    [
      'copy',
      (peak: Peak) => peak.bytesPerSecond,
      median(readings.map(({ copySeconds }) => SENTINEL.bytes / copySeconds)),
      OF_SENTINEL.copy,
    ],
  ] as const) {
    const rate = peaks.find((peak) => peak.path === path);
    const of = rate && stated(rate);
    if (of !== undefined && readings.length > 0 && done > most * of)
      yield ask(`the sentinel ran at ${shown(done / of)} times the peak ${path}, which cannot be that low`);
  }
}

/** The vendor's figure is from our table, by the name of the adapter. */
function* vendorFindings({ path, vendor }: Peak, adapter: AdapterFacts): Generator<Finding> {
  const expected = vendorPeak(adapter, path);
  if (JSON.stringify(vendor ?? null) === JSON.stringify(expected ?? null)) return;
  yield ask(
    `peak ${path}: the vendor's figure is not that of this version's table (${expected?.from ?? 'none for this adapter'})`,
  );
}

/** Shares of peaks follow from times and peaks, also where the record leaves them out. */
function* shareFindings(row: MeasuredRow, { peaks, settings }: RunRecord): Generator<Finding> {
  const { id, summary, format, kernel } = row;
  const work = { ...row, bytesWritten: bytesWritten(problemOf(row)), matrixUnits: kernel.matrixUnits };
  const derived = ceilings(work, summary.medianSeconds, peaks);
  for (const name of ['ofPeak', 'ofRoofline'] as const) {
    const [stated, expected] = [summary[name], derived[name]];
    if ((stated === undefined) !== (expected === undefined))
      yield ask(
        `${id}: summary.${name} is ${stated ?? 'absent'}; the peaks make it ${expected === undefined ? 'absent' : shown(expected)}`,
      );
  }
  if ((summary.launchBound ?? false) !== (derived.launchBound ?? false))
    yield refuse(`${id}: launchBound does not follow from the peak of a launch`);
  const share = derived.ofPeak ?? 0;
  const says = `${id}: is ${shown(share)} times the measured peak ${peakPath(format, kernel.matrixUnits)}`;
  if (share > ABOVE_PEAK.refuse) yield refuse(says);
  else if (share > (settings.probes === undefined ? EARLY_PROBES : ABOVE_PEAK.ask)) yield ask(says);
}

function* rateFindings(row: MeasuredRow, { environment }: RunRecord): Generator<Finding> {
  const { id, format, kernel, operands, flop, bytes, visits } = row;
  const limits = limitsOf(environment);
  const most = Math.max(
    ...['f32-fma', 'f16-fma', peakPath(format, kernel.matrixUnits)].map((path) => limits.flopPerSecond(path)),
  );
  // A single visit counts: a median hides one that is impossible.
  const fastestVisit = Math.min(...visits.map(({ medianSeconds }) => medianSeconds));
  const rate = flop / fastestVisit;
  if (rate > most) yield refuse(`${id}: ${shown(rate)} FLOP/s are above ${shown(most)} of ${limits.of}`);
  const cached = operands.mode === 'hot' || environment.adapter.source !== 'gpu' ? 10 : 2;
  const bandwidth = bytes / fastestVisit;
  if (bandwidth > cached * limits.bytesPerSecond)
    yield refuse(`${id}: ${shown(bandwidth)} bytes/s are above ${shown(limits.bytesPerSecond)} of ${limits.of}`);
  if (fastestVisit < SHORTEST_LAUNCH) yield refuse(`${id}: a launch of ${fastestVisit} s is too short`);
  if (environment.adapter.source === 'gpu' && !vendorFigures(environment.adapter)) {
    const best = fastestOf(environment.adapter);
    if (rate > NEW_GPU.ask * best.rate) yield ask(`${id}: ${shown(rate)} FLOP/s are above ${best.of} in the table`);
  }
}
