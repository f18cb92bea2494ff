import { describe, expect, it } from 'vitest';
import { figuresOf, gpuByName, KNOWN_GPUS, knownGpu, vendorFigures, vendorPeak } from './known-gpus.ts';

const adapter = (vendor: string, device: string, description = '') => ({ vendor, device, description });

describe('knownGpu', () => {
  it.each([
    ['nvidia', 'NVIDIA H100 80GB HBM3', 'h100'],
    ['nvidia', 'NVIDIA H100 PCIe', 'h100-pcie'],
    ['nvidia', 'NVIDIA H200', 'h200'],
    ['nvidia', 'NVIDIA A100-SXM4-80GB', 'a100'],
    ['nvidia', 'NVIDIA A100 80GB PCIe', 'a100-pcie'],
    ['nvidia', 'Tesla T4', 't4'],
    ['nvidia', 'NVIDIA L40S', 'l40s'],
    ['nvidia', 'NVIDIA GeForce RTX 4090', 'rtx-4090'],
    ['amd', 'AMD Radeon RX 7900 XTX (RADV NAVI31)', 'rx-7900-xtx'],
    ['amd', 'AMD Radeon(TM) 8060S Graphics', 'radeon-8060s'],
    ['amd', 'AMD Instinct MI300X (RADV GFX942)', 'mi300x'],
    ['intel', 'Intel(R) Arc(tm) A770 Graphics (DG2)', 'arc-a770'],
    ['apple', 'Apple M2 Max', 'm2-max'],
    ['qualcomm', 'Qualcomm(R) Adreno(TM) X1-85 GPU', 'adreno-x1-85'],
  ])('%s %s is %s', (vendor, device, id) => {
    expect(knownGpu(adapter(vendor, device))?.id).toBe(id);
  });

  it.each([
    ['nvidia', 'nvidia-h100-80gb-hbm3', 'h100'],
    ['nvidia', 'nvidia-a100-sxm4-80gb', 'a100'],
    ['nvidia', 'nvidia-geforce-rtx-4090', 'rtx-4090'],
    ['amd', 'amd-radeon-rx-7900-xtx-radv-navi31-', 'rx-7900-xtx'],
    ['amd', 'amd-radeon-8060s-graphics-radv-gfx1151-', 'radeon-8060s'],
    ['amd', 'amd-instinct-mi300x-radv-gfx942-', 'mi300x'],
    ['intel', 'intel-r-arc-tm-a770-graphics-dg2-', 'arc-a770'],
    ['qualcomm', 'qualcomm-r-adreno-tm-x1-85-gpu', 'adreno-x1-85'],
  ])('%s %s, as WebGPU spells it, is %s', (vendor, device, id) => {
    expect(knownGpu(adapter(vendor, device))?.id).toBe(id);
  });

  it.each([
    ['nvidia', 'nvidia-geforce-rtx-4090-laptop-gpu'],
    ['nvidia', 'nvidia-geforce-rtx-4090-d'],
    ['nvidia', 'nvidia-geforce-rtx-3090-ti'],
    ['nvidia', 'nvidia-h100-80gb-hbm3-mig-1g-10gb'],
    ['amd', 'amd-instinct-mi250x-mi250'],
    ['amd', 'amd-radeon-rx-7900-xt-radv-navi31-'],
    ['mesa', 'llvmpipe-llvm-15-0-6-256-bits-'],
  ])('does not guess from %s %s', (vendor, device) => {
    expect(knownGpu(adapter(vendor, device))).toBeUndefined();
  });

  it('reads the description when the device is masked', () => {
    expect(knownGpu(adapter('nvidia', '', 'NVIDIA GeForce RTX 3090'))?.id).toBe('rtx-3090');
  });

  it.each([
    ['hidden by a browser', 'nvidia', ''],
    ['a laptop part', 'nvidia', 'NVIDIA GeForce RTX 4090 Laptop GPU'],
    ['a cut-down part', 'nvidia', 'NVIDIA GeForce RTX 4090 D'],
    ['a larger part', 'nvidia', 'NVIDIA GeForce RTX 3090 Ti'],
    ['a partition', 'nvidia', 'NVIDIA H100 80GB HBM3 MIG 1g.10gb'],
    ['half the memory, three quarters of the bandwidth', 'nvidia', 'NVIDIA A100-SXM4-40GB'],
    ['another card of that name', 'nvidia', 'NVIDIA H100 NVL'],
    ['one name for two cards', 'amd', 'AMD Instinct MI250X / MI250'],
    ['a smaller sibling', 'amd', 'AMD Radeon RX 7900 XT (RADV NAVI31)'],
    ['a later chip', 'apple', 'Apple M5 Max'],
    ['a software adapter', 'mesa', 'llvmpipe (LLVM 15.0.6, 256 bits)'],
    ['another vendor', 'google', 'NVIDIA L4'],
  ])('does not guess: %s', (_, vendor, device) => {
    expect(vendorFigures(adapter(vendor, device))).toBeUndefined();
  });

  it('knows every GPU by one name only', () => {
    for (const gpu of KNOWN_GPUS) {
      expect(gpuByName(gpu.id), gpu.id).toBe(gpu);
      expect(gpuByName(gpu.name), gpu.name).toBe(gpu);
    }
    const probes = KNOWN_GPUS.map((gpu) => gpu.name.replace(' (Ryzen AI Max+ 395)', ''));
    for (const name of probes) expect(KNOWN_GPUS.filter((gpu) => gpu.reports.test(name)).length).toBeLessThan(2);
  });
});

describe('figures', () => {
  const of = (id: string) => {
    const gpu = gpuByName(id);
    if (!gpu) throw new Error(id);
    return figuresOf(gpu);
  };

  it('are dense', () => {
    expect(of('h100').flopPerSecond['f16-matrix-acc-f32']).toBe(989.4e12);
    expect(of('l4').flopPerSecond['f16-matrix-acc-f32']).toBe(121.2e12);
    expect(of('rtx-5090').flopPerSecond['f16-matrix-acc-f16']).toBe(419e12);
  });

  it('follow units × rate × clock where that is how the rate is made', () => {
    const rate = ({ units, clockMHz }: { units: number; clockMHz: number }, perUnitAndClock: number) =>
      (units * clockMHz * perUnitAndClock * 2) / 1e6;
    expect(rate(of('a100').gpu, 4 * 256)).toBeCloseTo(311.87, 2);
    expect(rate(of('h100').gpu, 4 * 512)).toBeCloseTo(989.43, 2);
    expect(rate(of('rtx-3090').gpu, 4 * 128)).toBeCloseTo(142.3, 1);
    expect(rate(of('mi300x').gpu, 4 * 256)).toBeCloseTo(1307.4, 1);
  });

  it('halve f32 accumulation on GeForce alone', () => {
    for (const gpu of KNOWN_GPUS) {
      const { matrixAccF32: slow, matrixAccF16: fast } = gpu.teraflops;
      if (slow === undefined || fast === undefined) continue;
      expect(fast / slow, gpu.id).toBeCloseTo(gpu.name.startsWith('GeForce') ? 2 : 1, 2);
    }
  });

  it('are of one adapter where a card shows up as two', () => {
    const { units, flopPerSecond, bytesPerSecond } = of('mi250x');
    expect(units).toBe(110);
    expect(flopPerSecond['f16-matrix-acc-f32']).toBe(191.5e12);
    expect(bytesPerSecond).toBeCloseTo(1638.5e9, -9);
  });

  it('give Apple one rate, and no matrix rate', () => {
    const { flopPerSecond } = of('m1-pro');
    expect(flopPerSecond).toEqual({ 'f32-fma': 5.31e12, 'f16-fma': 5.31e12 });
  });

  it('stand beside a peak by its path', () => {
    const facts = adapter('nvidia', 'NVIDIA GeForce RTX 4090');
    expect(vendorPeak(facts, 'copy')?.bytesPerSecond).toBe(1008e9);
    expect(vendorPeak(facts, 'f32-fma')).toEqual({
      flopPerSecond: 82.58e12,
      from: 'f32 on the vector units; GeForce RTX 4090 at 2520 MHz, dense; high confidence: hmc-tech.com, comparison pages; topcpu.net',
    });
    expect(vendorPeak(facts, 'launch')).toBeUndefined();
    expect(vendorPeak(facts, 'f16-fma')).toBeUndefined();
    expect(vendorPeak(adapter('', '', ''), 'copy')).toBeUndefined();
  });
});
