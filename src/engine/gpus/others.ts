import type { KnownGpu } from './gpu.ts';
import { FORMULA, FPSBENCH, HMC, MEMORY } from './sources.ts';

/** GPUs of Intel and Qualcomm. */
export const others: readonly KnownGpu[] = [
  {
    ...{ id: 'arc-a770', name: 'Intel Arc A770', vendor: 'intel', reports: /^Intel Arc A770( Graphics)?$/i },
    ...{ architecture: 'Xe-HPG', units: 32, unitKind: 'Xe-core', gigabytesPerSecond: 560, memoryGB: 16, cacheMiB: 16 },
    ...{ clockMHz: 2100, teraflops: { f32: 17.2, f16: 34.4, matrixAccF32: 137.6, matrixAccF16: 137.6 } },
    largestOf: 'A770 with 16 GB; 8 GB cards move 512 GB/s',
    ...{ confidence: 'medium', sources: [FPSBENCH, FORMULA, MEMORY] },
    note: 'stated at the 2.1 GHz graphics clock; 19.66 f32 and 157 matrix TFLOPS at the 2.4 GHz boost',
  },
  {
    ...{ id: 'arc-b580', name: 'Intel Arc B580', vendor: 'intel', reports: /^Intel Arc B580( Graphics)?$/i },
    ...{ architecture: 'Xe2-HPG', units: 20, unitKind: 'Xe-core', gigabytesPerSecond: 456, memoryGB: 12, cacheMiB: 18 },
    ...{ clockMHz: 2670, teraflops: { f32: 13.67, f16: 27.34, matrixAccF32: 109.4, matrixAccF16: 109.4 } },
    ...{ confidence: 'medium', sources: [FPSBENCH, HMC, FORMULA] },
    note: '116.7 matrix TFLOPS at 2.85 GHz',
  },
  {
    ...{ id: 'adreno-x1-85', name: 'Qualcomm Adreno X1-85', vendor: 'qualcomm' },
    reports: /^Qualcomm Adreno X1-85( GPU)?$/i,
    ...{ architecture: 'Adreno 7xx', units: 6, unitKind: 'SP', gigabytesPerSecond: 135, memoryGB: 32, cacheMiB: null },
    ...{ clockMHz: 1500, teraflops: { f32: 4.6 } },
    ...{ confidence: 'medium', sources: ['notebookcheck.net', 'xda-developers.com', FORMULA] },
    note: 'the X1E-80-100 runs at 1.25 GHz (3.8 TFLOPS); a double f16 rate is often stated, not verified',
  },
];
