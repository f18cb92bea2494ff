/** A small consistent record for tests, derived as a run derives it. */
import type { Problem } from '../../gemm/problem.ts';
import { bytes, bytesWritten, flop } from '../../gemm/shape.ts';
import { mad, median } from '../../stats/centre.ts';
import { summarize } from '../../stats/summary.ts';
import { ceilings } from '../ceilings.ts';
import type { Environment } from '../environment.ts';
import { machineName } from '../machine.ts';
import { rounded } from '../round.ts';
import type { Row, Visit } from '../row.ts';
import type { Peak, RunRecord } from '../schema.ts';

export const ENVIRONMENT: Environment = {
  shapemark: '0.1.0',
  runtime: { name: 'node', version: '20.20.2' },
  dawn: '0.6.2',
  engine: 'webgpu',
  os: { platform: 'linux', release: '6.1.0', arch: 'x64' },
  cpu: { model: 'AMD EPYC', cores: 2 },
  adapter: {
    source: 'system-software',
    vendor: 'mesa',
    architecture: 'software',
    device: 'llvmpipe-llvm-15-0-6-256-bits-',
    description: 'llvmpipe: Mesa 25.0.7 (LLVM 15.0.6) 0.0.1',
    backend: 'vulkan',
    driver: 'Mesa 25.0.7',
    features: ['shader-f16', 'timestamp-query'],
    limits: { maxBufferSize: 4294967295 },
    subgroupSize: [8, 8],
    toggles: ['+allow_unsafe_apis'],
    timestamps: true,
    simulated: false,
  },
  shaderCache: 'off',
  yieldCpu: true,
};

const PEAKS: readonly Peak[] = [
  { path: 'f32-fma', flopPerSecond: 5e10 },
  { path: 'copy', bytesPerSecond: 8e9 },
  { path: 'launch', launchSeconds: 2e-5 },
];

export const PROBLEM: Problem = {
  shape: { batch: 1, m: 1, n: 2880, k: 4096 },
  layout: 'nt',
  format: { w: 'f16', a: 'f32', acc: 'f32', out: 'f32' },
  bias: true,
};
const WORK = { flop: flop(PROBLEM), bytes: bytes(PROBLEM), bytesWritten: bytesWritten(PROBLEM) };
export const CASE_ID =
  'gpt-oss-120b/decode/o_proj/m=1/n=2880/k=4096/layout=nt/w=f16/a=f32/acc=f32/out=f32/bias=f32/kernel=best';

/** @param processes per process, its samples in seconds */
export function measuredRow(processes: readonly (readonly number[])[]): Row {
  const visits = processes.map((samples, process) => visitOf(process, samples));
  const estimate = summarize(visits.map((visit) => visit.medianSeconds));
  return {
    ...rowBase(),
    status: 'measured',
    visits,
    verify: {
      kernelError: 3.1e-7,
      formatError: 2.4e-4,
      budget: 1.2e-5,
      checked: 412,
      referenceDelta: 2.8e-7,
      again: true,
    },
    summary: {
      medianSeconds: estimate.median,
      intervalSeconds: estimate.interval,
      intervalKind: estimate.kind,
      processes: visits.length,
      samples: visits.reduce((sum, visit) => sum + visit.count, 0),
      flopPerSecond: flop(PROBLEM) / estimate.median,
      bytesPerSecond: bytes(PROBLEM) / estimate.median,
      ...ceilings({ ...WORK, format: PROBLEM.format }, estimate.median, PEAKS),
    },
  };
}

export function rowBase() {
  return {
    id: CASE_ID,
    series: '0123456789abcdef',
    suite: 'gpt-oss-120b',
    phase: 'decode',
    name: 'o_proj',
    ...PROBLEM,
    distribution: 'normal' as const,
    seed: 1,
    kernel: {
      requested: 'best',
      name: 'gemv',
      hash: 'ab'.repeat(32),
      technique: 'lanes split k',
      tile: { m: 1, n: 4, k: 128 },
      thread: { m: 1, n: 4 },
      workgroup: [32, 1] as const,
    },
    operands: { mode: 'cold' as const, sets: 3, bytesPerSet: 23_615_000 },
    flop: flop(PROBLEM),
    bytes: bytes(PROBLEM),
    visits: [],
    warnings: [],
    from: 'model card of gpt-oss-120b',
  };
}

function visitOf(process: number, samples: readonly number[]): Visit {
  const sentinel = { atSeconds: 1.5, aluSeconds: 2.1e-4, copySeconds: 1.3e-3 };
  return {
    process,
    medianSeconds: median(samples),
    mad: mad(samples),
    count: samples.length,
    wallSeconds: median(samples) * 1.1,
    clock: 'gpu',
    repeats: 2,
    pipelineSeconds: 0.01234567,
    firstDispatchSeconds: 0.0456789,
    warmup: { launches: 12, seconds: 0.1, plateau: true },
    sentinel: { before: sentinel },
    samples,
  };
}

/** Six processes of three samples each, about 2 ms. */
export const SAMPLES = [0, 1, 2, 3, 4, 5].map((p) => [2.0e-3, 2.02e-3, 2.011e-3].map((s) => s * (1 + p / 123)));

export function exampleRecord(
  rows: readonly Row[] = [measuredRow(SAMPLES)],
  changes: Partial<RunRecord> = {},
): RunRecord {
  const processes = Math.max(1, ...rows.map((row) => row.visits.length));
  return rounded({
    schema: 'shapemark-record/1' as const,
    id: '20261124T101530Z-831ef61a',
    machine: machineName(ENVIRONMENT),
    unit: '00112233aabbccdd',
    startedAt: '2026-11-24T10:15:30.000Z',
    commit: { sha: '831ef61a0b2c3d4e5f60718293a4b5c6d7e8f901', dirty: false },
    environment: ENVIRONMENT,
    settings: {
      suites: ['gpt-oss-120b'],
      filter: [],
      adapter: 'auto',
      kernels: { from: 'kernels', hash: 'cd'.repeat(32) },
      processes: 6,
      looks: [6, 9],
      target: 0.03,
      budgetSeconds: null,
      seed: 1,
      shard: null,
      sampling: {
        blocks: 3,
        minSamples: 6,
        maxSamples: 30,
        sampleSeconds: 0.2,
        minSampleSeconds: 4e-3,
        minQuanta: 50,
        maxWarmUpSeconds: 0.2,
      },
      coldBytes: 67_108_864,
      maxSets: 16,
    },
    timer: { kind: 'gpu' as const, resolutionSeconds: 1e-9, quantized: false, proven: true },
    peaks: PEAKS,
    processes: Array.from({ length: processes }, (_, index) => ({
      index,
      orderSeed: 1009 + index,
      startedAt: `2026-11-24T10:15:3${index % 10}.000Z`,
      seconds: 1.2345678,
      replication: 'process' as const,
      sentinel: [{ atSeconds: 1.5, aluSeconds: 2.1e-4, copySeconds: 1.3e-3 }],
    })),
    ended: 'target' as const,
    profile: { total: 12.3, open: 1, operands: 1, compile: 1, verify: 2, measuring: 7, kernels: 6.1 },
    cases: rows,
    ...changes,
  });
}
