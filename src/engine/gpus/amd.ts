import { gpusOf } from './gpu.ts';
import { FORMULA, FPSBENCH, MEMORY, STAS } from './sources.ts';

/** The two dies of an MI250 are two adapters. The f32 rate of RDNA3 is stated for dual issue. */
export const amd = gpusOf('amd', 'CU', [
  {
    ...{ id: 'mi250', name: 'AMD Instinct MI250', reports: /^AMD Instinct MI250$/i },
    ...{ architecture: 'CDNA2', units: 208, gigabytesPerSecond: 3277, memoryGB: 128, cacheMiB: 16 },
    ...{ clockMHz: 1700, teraflops: { f32: 45.3, matrixAccF32: 362.1, matrixAccF16: 362.1 } },
    ...{ adapters: 2, confidence: 'high', sources: [STAS] },
    note: '104 CU an adapter',
  },
  {
    ...{ id: 'mi250x', name: 'AMD Instinct MI250X', reports: /^AMD Instinct MI250X$/i },
    ...{ architecture: 'CDNA2', units: 220, gigabytesPerSecond: 3277, memoryGB: 128, cacheMiB: 16 },
    ...{ clockMHz: 1700, teraflops: { f32: 47.9, matrixAccF32: 383, matrixAccF16: 383 } },
    ...{ adapters: 2, confidence: 'high', sources: [STAS] },
    note: '110 CU an adapter',
  },
  {
    ...{ id: 'mi300x', name: 'AMD Instinct MI300X', reports: /^AMD Instinct MI300X( OAM)?$/i },
    ...{ architecture: 'CDNA3', units: 304, gigabytesPerSecond: 5300, memoryGB: 192, cacheMiB: 256 },
    ...{ clockMHz: 2100, teraflops: { f32: 163.4, matrixAccF32: 1307.4, matrixAccF16: 1307.4 } },
    ...{ confidence: 'high', sources: [STAS] },
    note: '2100 MHz × 1216 matrix cores × 256 FMA × 2; 8 dies of 38 CU',
  },
  {
    ...{ id: 'mi355x', name: 'AMD Instinct MI355X', reports: /^AMD Instinct MI355X( OAM)?$/i },
    ...{ architecture: 'CDNA4', units: 256, gigabytesPerSecond: 8000, memoryGB: 288, cacheMiB: 256 },
    ...{ clockMHz: 2400, teraflops: { f32: 157.3, matrixAccF32: 2516.6, matrixAccF16: 2516.6 } },
    ...{ confidence: 'high', sources: [STAS] },
  },
  {
    ...{ id: 'rx-7900-xtx', name: 'Radeon RX 7900 XTX', reports: /^(AMD )?Radeon RX 7900 XTX$/i },
    ...{ architecture: 'RDNA3', units: 96, gigabytesPerSecond: 960, memoryGB: 24, cacheMiB: 96 },
    ...{ clockMHz: 2500, teraflops: { f32: 61.4, f32SingleIssue: 30.7, matrixAccF32: 122.8, matrixAccF16: 122.8 } },
    ...{ confidence: 'medium', sources: [FORMULA, MEMORY] },
    note: '61.4 TFLOPS of f32 need dual issue; 96 CU × 512 FLOP × 2.5 GHz on the matrix path',
  },
  {
    ...{ id: 'radeon-8060s', name: 'Radeon 8060S (Ryzen AI Max+ 395)', reports: /^(AMD )?Radeon 8060S( Graphics)?$/i },
    ...{ architecture: 'RDNA3.5', units: 40, gigabytesPerSecond: 256, memoryGB: 128, cacheMiB: 32 },
    ...{ clockMHz: 2900, teraflops: { f32: 29.7, f32SingleIssue: 14.85, matrixAccF32: 59.39, matrixAccF16: 59.39 } },
    ...{ confidence: 'medium', sources: ['softab hardware specs', FPSBENCH] },
    note: '29.7 TFLOPS of f32 need dual issue; about 215 GB/s were measured',
  },
]);
