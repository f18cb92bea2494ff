/** Machines of a synthetic store: GPUs of the vendors' table on the backends they have, with noise of their own. */
import { KNOWN_GPUS, type KnownGpu } from '../../src/engine/gpus/known-gpus.ts';
import type { Environment } from '../../src/record/environment.ts';
import { machineName } from '../../src/record/machine.ts';
import type { Peak } from '../../src/record/schema.ts';
import { ENVIRONMENT } from '../../src/record/testdata/example.ts';

export interface SyntheticMachine {
  readonly gpu: KnownGpu;
  readonly machine: string;
  readonly environment: Environment;
  readonly peaks: readonly Peak[];
  /** Scatter of a case from run to run, and of a run; ln of time. */
  readonly noise: number;
  readonly runNoise: number;
}

const BACKENDS = {
  nvidia: ['vulkan linux', 'd3d12 win32'],
  amd: ['vulkan linux', 'd3d12 win32'],
  intel: ['vulkan linux', 'd3d12 win32'],
  apple: ['metal darwin'],
  qualcomm: ['vulkan linux'],
} as const;

/** So many machines, the best known GPUs first. */
export function machines(count: number): SyntheticMachine[] {
  const combinations = [0, 1].flatMap((i) =>
    KNOWN_GPUS.flatMap((gpu) => {
      const place = BACKENDS[gpu.vendor][i];
      return place === undefined ? [] : [machineOf(gpu, place)];
    }),
  );
  const distinct = [...new Map(combinations.map((one) => [one.machine, one])).values()];
  if (count > distinct.length) throw new RangeError(`at most ${distinct.length} machines`);
  // Geforce and datacentre cards do not crowd out the others.
  const step = distinct.length / count;
  return Array.from({ length: count }, (_, i) => distinct[Math.floor(i * step)] as SyntheticMachine);
}

function machineOf(gpu: KnownGpu, place: string): SyntheticMachine {
  const [backend = '', platform = ''] = place.split(' ');
  const environment: Environment = {
    ...ENVIRONMENT,
    os: { ...ENVIRONMENT.os, platform },
    cpu: { model: 'AMD Ryzen 9 7950X', cores: 16 },
    adapter: {
      ...ENVIRONMENT.adapter,
      source: 'gpu',
      vendor: gpu.vendor,
      architecture: gpu.architecture.toLowerCase(),
      device: `${gpu.vendor === 'nvidia' ? 'NVIDIA ' : ''}${gpu.name}`,
      description: `${gpu.vendor === 'nvidia' ? 'NVIDIA ' : ''}${gpu.name}`,
      backend,
      driver: '570.86',
      subgroupSize: [32, 32],
    },
  };
  const f32 = 0.82 * gpu.teraflops.f32 * 1e12;
  const bytes = gpu.gigabytesPerSecond * 1e9;
  const from = 'data sheet';
  return {
    gpu,
    machine: machineName(environment),
    environment,
    noise: 0.004 + 0.00002 * (gpu.units % 100),
    runNoise: 0.006,
    peaks: [
      {
        path: 'f32-fma',
        flopPerSecond: round(f32),
        vendor: { flopPerSecond: gpu.teraflops.f32 * 1e12, from },
      },
      { path: 'f16-fma', flopPerSecond: round(1.6 * f32) },
      { path: 'copy', bytesPerSecond: round(0.82 * bytes) },
      { path: 'read', bytesPerSecond: round(0.9 * bytes), vendor: { bytesPerSecond: bytes, from } },
      { path: 'launch', launchSeconds: 4e-6 },
    ],
  };
}

export const round = (value: number) => Number(value.toPrecision(5));
