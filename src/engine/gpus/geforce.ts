import { gpusOf } from './gpu.ts';
import { FORMULA, HMC, MEMORY, TOPCPU } from './sources.ts';

/** GeForce halves the rate of tensor cores that accumulate in f32. */
export const geforce = gpusOf('nvidia', 'SM', [
  {
    ...{ id: 'rtx-3090', name: 'GeForce RTX 3090', reports: /^(NVIDIA )?GeForce RTX 3090$/i },
    ...{ architecture: 'Ampere', units: 82, gigabytesPerSecond: 936.2, memoryGB: 24, cacheMiB: 6 },
    ...{ clockMHz: 1695, teraflops: { f32: 35.58, matrixAccF32: 71.2, matrixAccF16: 142.3 } },
    ...{ confidence: 'high', sources: ['igorslab.de, GA10x tensor cores', FORMULA] },
    note: '82 SM × 4 tensor cores × 128 FMA × 2 × 1.695 GHz with f16 accumulation; f32 accumulation at half rate',
  },
  {
    ...{ id: 'rtx-4090', name: 'GeForce RTX 4090', reports: /^(NVIDIA )?GeForce RTX 4090$/i },
    ...{ architecture: 'Ada', units: 128, gigabytesPerSecond: 1008, memoryGB: 24, cacheMiB: 72 },
    ...{ clockMHz: 2520, teraflops: { f32: 82.58, matrixAccF32: 165.2, matrixAccF16: 330.3 } },
    ...{ confidence: 'high', sources: [HMC, TOPCPU] },
    note: 'f32 accumulation at half rate',
  },
  {
    ...{ id: 'rtx-5090', name: 'GeForce RTX 5090', reports: /^(NVIDIA )?GeForce RTX 5090$/i },
    ...{ architecture: 'Blackwell', units: 170, gigabytesPerSecond: 1792, memoryGB: 32, cacheMiB: 96 },
    ...{ clockMHz: 2407, teraflops: { f32: 104.8, matrixAccF32: 209.5, matrixAccF16: 419 } },
    ...{ confidence: 'medium', sources: ['spheron.network, RTX 5090', 'Linux Format, May 2025', FORMULA] },
    note: '838 TFLOPS of the vendor are sparse: dense is half, with f32 accumulation a quarter',
  },
  {
    ...{ id: 'rtx-5060', name: 'GeForce RTX 5060', reports: /^(NVIDIA )?GeForce RTX 5060$/i },
    ...{ architecture: 'Blackwell', units: 30, gigabytesPerSecond: 448, memoryGB: 8, cacheMiB: 32 },
    ...{ clockMHz: 2497, teraflops: { f32: 19.2, matrixAccF32: 39, matrixAccF16: 78 } },
    ...{ confidence: 'low', sources: ['krrishnarraj/clpeak@a68fbf05 README', MEMORY] },
    note: 'boosts beyond the stated clock: 21.1 TFLOPS of f32 were measured with clpeak',
  },
]);
