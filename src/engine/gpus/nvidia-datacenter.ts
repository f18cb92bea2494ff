import { gpusOf } from './gpu.ts';
import { FPSBENCH, HMC, MEMORY, STAS, TOPCPU } from './sources.ts';

/** Tensor cores of these run at the same rate whichever accumulator is asked for. */
export const nvidiaDatacenter = gpusOf('nvidia', 'SM', [
  {
    ...{ id: 't4', name: 'NVIDIA T4', reports: /^(NVIDIA )?(Tesla )?T4$/i },
    ...{ architecture: 'Turing', units: 40, gigabytesPerSecond: 320, memoryGB: 16, cacheMiB: 4 },
    ...{ clockMHz: 1590, teraflops: { f32: 8.14, f16: 16.28, matrixAccF32: 65.13, matrixAccF16: 65.13 } },
    ...{ confidence: 'high', sources: [TOPCPU, HMC] },
    note: '70 W: sustained clocks are far below the boost clock',
  },
  {
    ...{ id: 'l4', name: 'NVIDIA L4', reports: /^NVIDIA L4$/i },
    ...{ architecture: 'Ada', units: 58, gigabytesPerSecond: 300, memoryGB: 24, cacheMiB: 48 },
    ...{ clockMHz: 2040, teraflops: { f32: 30.3, matrixAccF32: 121.2, matrixAccF16: 121.2 } },
    ...{ confidence: 'medium', sources: [FPSBENCH, HMC] },
    note: "the data sheet's 242 TFLOPS of f16 are sparse; listings disagree on 58 or 60 SM",
  },
  {
    ...{ id: 'l40s', name: 'NVIDIA L40S', reports: /^NVIDIA L40S$/i },
    ...{ architecture: 'Ada', units: 142, gigabytesPerSecond: 864, memoryGB: 48, cacheMiB: 96 },
    ...{ clockMHz: 2520, teraflops: { f32: 91.6, matrixAccF32: 362, matrixAccF16: 362 } },
    ...{ confidence: 'high', sources: [STAS] },
  },
  {
    ...{ id: 'a100', name: 'NVIDIA A100 SXM 80 GB', reports: /^NVIDIA A100-SXM4?-80GB$/i },
    ...{ architecture: 'Ampere', units: 108, gigabytesPerSecond: 2039, memoryGB: 80, cacheMiB: 40 },
    ...{ clockMHz: 1410, teraflops: { f32: 19.5, f16: 78, matrixAccF32: 312, matrixAccF16: 312 } },
    ...{ confidence: 'high', sources: [STAS] },
    note: '1410 MHz × 432 tensor cores × 256 FMA × 2',
  },
  {
    ...{ id: 'a100-pcie', name: 'NVIDIA A100 PCIe 80 GB', reports: /^NVIDIA A100( 80GB PCIe|-PCIE-80GB)$/i },
    ...{ architecture: 'Ampere', units: 108, gigabytesPerSecond: 1935, memoryGB: 80, cacheMiB: 40 },
    ...{ clockMHz: 1410, teraflops: { f32: 19.5, f16: 78, matrixAccF32: 312, matrixAccF16: 312 } },
    ...{ confidence: 'high', sources: [STAS] },
  },
  {
    ...{ id: 'h100', name: 'NVIDIA H100 SXM', reports: /^NVIDIA H100 80GB HBM3$/i },
    ...{ architecture: 'Hopper', units: 132, gigabytesPerSecond: 3350, memoryGB: 80, cacheMiB: 50 },
    ...{ clockMHz: 1830, teraflops: { f32: 67, matrixAccF32: 989.4, matrixAccF16: 989.4 } },
    ...{ confidence: 'high', sources: [STAS] },
    note: "the product page's 1979 TFLOPS are sparse; 1830 MHz × 528 tensor cores × 512 FMA × 2",
  },
  {
    ...{ id: 'h100-pcie', name: 'NVIDIA H100 PCIe', reports: /^NVIDIA H100 PCIe$/i },
    ...{ architecture: 'Hopper', units: 114, gigabytesPerSecond: 2000, memoryGB: 80, cacheMiB: 50 },
    ...{ clockMHz: 1755, teraflops: { f32: 51, matrixAccF32: 756, matrixAccF16: 756 } },
    ...{ confidence: 'medium', sources: [STAS, MEMORY] },
    note: 'SM count and clock from memory',
  },
  {
    ...{ id: 'h200', name: 'NVIDIA H200 SXM', reports: /^NVIDIA H200$/i },
    ...{ architecture: 'Hopper', units: 132, gigabytesPerSecond: 4800, memoryGB: 141, cacheMiB: 50 },
    ...{ clockMHz: 1830, teraflops: { f32: 67, matrixAccF32: 989.4, matrixAccF16: 989.4 } },
    ...{ confidence: 'high', sources: [STAS] },
  },
  {
    ...{ id: 'b200', name: 'NVIDIA B200 SXM', reports: /^NVIDIA B200$/i },
    ...{ architecture: 'Blackwell', units: 148, gigabytesPerSecond: 8000, memoryGB: 180, cacheMiB: 126 },
    ...{ clockMHz: 1965, teraflops: { f32: 80, matrixAccF32: 2250, matrixAccF16: 2250 } },
    ...{ confidence: 'high', sources: [STAS] },
    note: 'some units enable other SM counts',
  },
]);
