import type { KnownGpu } from './gpu.ts';
import { FORMULA, HMC } from './sources.ts';

const M1_PRO_NOTE = '4.49 TFLOPS of f32 and 5.14 of simdgroup f16 were measured with clpeak';

type Chip = readonly [
  chip: string,
  architecture: string,
  cores: number,
  others: string,
  clockMHz: number,
  teraflops: number,
  gigabytesPerSecond: number,
  memoryGB: number,
  confidence: KnownGpu['confidence'],
  note?: string,
];

/** The name of a chip does not state how many cores are enabled, so each row is its largest variant; `others` are smaller. */
const CHIPS: readonly Chip[] = [
  ['M1', 'Apple7', 8, '7 in the smallest M1', 1278, 2.62, 68.3, 16, 'high'],
  ['M1 Pro', 'Apple7', 16, 'others have 14', 1296, 5.31, 200, 32, 'high', M1_PRO_NOTE],
  ['M1 Max', 'Apple7', 32, 'others have 24', 1296, 10.62, 400, 64, 'high'],
  ['M1 Ultra', 'Apple7', 64, 'others have 48', 1296, 21.23, 800, 128, 'high'],
  ['M2', 'Apple8', 10, 'others have 8', 1398, 3.58, 102.4, 24, 'high'],
  ['M2 Pro', 'Apple8', 19, 'others have 16', 1398, 6.8, 204.8, 32, 'medium'],
  ['M2 Max', 'Apple8', 38, 'others have 30', 1398, 13.6, 409.6, 96, 'medium'],
  ['M2 Ultra', 'Apple8', 76, 'others have 60', 1398, 27.2, 819.2, 192, 'medium'],
  ['M3', 'Apple9', 10, 'others have 8', 1398, 3.58, 102.4, 24, 'low', 'others state 4.1 TFLOPS'],
  ['M3 Pro', 'Apple9', 18, 'others have 14', 1398, 6.44, 153.6, 36, 'low', 'others state 7.4 TFLOPS'],
  ['M3 Max', 'Apple9', 40, 'others have 30, and 307 GB/s', 1398, 14.32, 409.6, 128, 'low'],
  ['M3 Ultra', 'Apple9', 80, 'others have 60', 1398, 28.63, 819.2, 512, 'low'],
  ['M4', 'Apple9', 10, 'others have 8', 1470, 3.76, 120, 32, 'low', 'others state 4.6 TFLOPS'],
  ['M4 Pro', 'Apple9', 20, 'others have 16', 1578, 8.08, 273, 64, 'low', 'others state 9.2 TFLOPS'],
  ['M4 Max', 'Apple9', 40, 'others have 32, and 410 GB/s', 1678, 17.18, 546, 128, 'low', 'others state 18.4 TFLOPS'],
];

/** Up to M4, f16 runs at the rate of f32, and simdgroup matrices run on the same units: there is one rate, not three. */
export const apples: readonly KnownGpu[] = CHIPS.map(
  ([
    chip,
    architecture,
    units,
    others,
    clockMHz,
    teraflops,
    gigabytesPerSecond,
    memoryGB,
    confidence,
    note,
  ]): KnownGpu => ({
    id: chip.toLowerCase().replace(' ', '-'),
    name: `Apple ${chip}`,
    vendor: 'apple',
    architecture,
    reports: new RegExp(`^Apple ${chip}( GPU)?$`, 'i'),
    ...{ units, unitKind: 'GPU core', clockMHz, gigabytesPerSecond, memoryGB, cacheMiB: null },
    teraflops: { f32: teraflops, f16: teraflops },
    largestOf: `${units} GPU cores; ${others}`,
    confidence,
    sources: [HMC, 'huggingface.js pull request 1044', FORMULA],
    ...(note && { note }),
  }),
);
