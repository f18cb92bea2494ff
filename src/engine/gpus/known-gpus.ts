/**
 * Vendor figures of GPUs that are identified by the adapter's name. Browsers often report only vendor and architecture; then
 * there are no figures, since a guess would be worse.
 */

import type { DeviceFacts } from '../port.ts';
import { amd } from './amd.ts';
import { apples } from './apple.ts';
import { geforce } from './geforce.ts';
import type { KnownGpu } from './gpu.ts';
import { nvidiaDatacenter } from './nvidia-datacenter.ts';
import { others } from './others.ts';

export type { KnownGpu } from './gpu.ts';

export const KNOWN_GPUS: readonly KnownGpu[] = [...nvidiaDatacenter, ...geforce, ...amd, ...others, ...apples];

/** Paths of measured peaks that a vendor states a figure for. */
export type FigurePath = 'f32-fma' | 'f16-fma' | 'f16-matrix-acc-f32' | 'f16-matrix-acc-f16';

/** Vendor figures of one adapter: a card with two adapters has half of each. */
export interface VendorFigures {
  readonly gpu: KnownGpu;
  readonly units: number;
  /** Dense FLOP/s by path; a path without a stated figure is absent. Cards may boost beyond the clock it is stated at. */
  readonly flopPerSecond: Readonly<Partial<Record<FigurePath, number>>>;
  readonly bytesPerSecond: number;
  /** Bytes; null if unknown. */
  readonly lastLevelCacheBytes: number | null;
  /** What the figures are for, and where they are published. */
  readonly from: string;
}

/** As stored beside a measured peak in a record. */
export interface VendorPeak {
  readonly flopPerSecond?: number;
  readonly bytesPerSecond?: number;
  readonly from: string;
}

export type AdapterWords = Pick<DeviceFacts, 'vendor' | 'device' | 'description'>;

/** The GPU of an adapter; undefined for a software adapter, a hidden name, a laptop part, a partition of a GPU. */
export function knownGpu({ vendor, device, description }: AdapterWords): KnownGpu | undefined {
  const named = [device, description].flatMap((text) => [bareName(text), ...spelledOut(text)]);
  return KNOWN_GPUS.find(
    (gpu) => (vendor === '' || vendor.toLowerCase() === gpu.vendor) && named.some((name) => spacedOut(gpu).test(name)),
  );
}

/** Characters that an identifier does not distinguish from a space. */
function spacedOut({ reports }: KnownGpu): RegExp {
  return new RegExp(reports.source.replaceAll('-', '[- ]'), reports.flags);
}

/** Most words of a driver's suffix. */
const SUFFIX_WORDS = 3;

/**
 * Names that an identifier may mean. WebGPU reports devices as identifiers, in lower case with hyphens for all but letters and
 * digits: `intel-r-arc-tm-a770-graphics-dg2-`. A last hyphen was the end of a driver's suffix in parentheses, whose beginning is
 * lost.
 */
function spelledOut(text: string): string[] {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*-?$/.test(text)) return [];
  const words = text.split('-').filter((word) => !['', 'r', 'tm', 'c'].includes(word));
  const most = text.endsWith('-') ? SUFFIX_WORDS : 0;
  return Array.from({ length: most + 1 }, (_, i) => words.slice(0, words.length - i).join(' '));
}

/** `AMD Radeon(TM) RX 7900 XTX (RADV NAVI31)` → `AMD Radeon RX 7900 XTX`. */
function bareName(text: string): string {
  return text
    .replace(/\((?:r|tm|c)\)|[®™©]/gi, '')
    .replace(/\s*\([^()]*\)\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The GPU with this id or name, however it is capitalised. */
export function gpuByName(name: string): KnownGpu | undefined {
  const wanted = squeezed(name);
  return KNOWN_GPUS.find((gpu) => squeezed(gpu.id) === wanted || squeezed(gpu.name) === wanted);
}

const squeezed = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Vendor figures of the GPU behind an adapter; undefined when its name does not identify one. */
export function vendorFigures(facts: AdapterWords): VendorFigures | undefined {
  const gpu = knownGpu(facts);
  return gpu && figuresOf(gpu);
}

/** Figures of one adapter of a known GPU, in base units. */
export function figuresOf(gpu: KnownGpu): VendorFigures {
  const share = 1 / (gpu.adapters ?? 1);
  const { f32, f16, matrixAccF32, matrixAccF16 } = gpu.teraflops;
  const rates = [
    ['f32-fma', f32],
    ['f16-fma', f16],
    ['f16-matrix-acc-f32', matrixAccF32],
    ['f16-matrix-acc-f16', matrixAccF16],
  ] as const;
  const stated = rates.flatMap(([path, rate]) => (rate === undefined ? [] : [[path, rate * 1e12 * share] as const]));
  return {
    gpu,
    units: gpu.units * share,
    flopPerSecond: Object.fromEntries(stated),
    bytesPerSecond: gpu.gigabytesPerSecond * 1e9 * share,
    lastLevelCacheBytes: gpu.cacheMiB === null ? null : gpu.cacheMiB * share * 2 ** 20,
    from: provenance(gpu),
  };
}

function provenance(gpu: KnownGpu): string {
  const parts = [
    `${gpu.name} at ${gpu.clockMHz} MHz, dense`,
    ...(gpu.adapters ? [`one of its ${gpu.adapters} adapters`] : []),
    ...(gpu.largestOf ? [gpu.largestOf] : []),
    `${gpu.confidence} confidence: ${gpu.sources.join('; ')}`,
  ];
  return parts.join('; ');
}

const ACCUMULATOR: Readonly<Record<FigurePath, string>> = {
  'f32-fma': 'f32 on the vector units',
  'f16-fma': 'f16 on the vector units',
  'f16-matrix-acc-f32': 'f16 on matrix units, accumulated in f32',
  'f16-matrix-acc-f16': 'f16 on matrix units, accumulated in f16',
};

/**
 * The vendor's figure beside a measured peak.
 *
 * @param path a peak's path as records name it: `f32-fma`, `f16-fma`, `copy`, `read` …
 * @returns undefined for an unknown GPU, or a path that the vendor states nothing for
 */
export function vendorPeak(facts: AdapterWords, path: string): VendorPeak | undefined {
  const figures = vendorFigures(facts);
  if (!figures) return undefined;
  const { from, bytesPerSecond } = figures;
  if (path === 'copy' || path === 'read') return { bytesPerSecond, from: `memory bandwidth; ${from}` };
  const stated = isFigurePath(path) ? figures.flopPerSecond[path] : undefined;
  if (!isFigurePath(path) || stated === undefined) return undefined;
  return { flopPerSecond: stated, from: `${ACCUMULATOR[path]}; ${from}` };
}

function isFigurePath(path: string): path is FigurePath {
  return path in ACCUMULATOR;
}
