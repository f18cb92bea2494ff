/**
 * The cost of polling on a software adapter, and the gain from lowering the thread's priority.
 *
 *     npm run eval busy-poll -- [ADAPTER [ROUNDS]]
 *
 * The same two kernels run in alternating processes, with and without.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Launchable, Probe, Timing } from '../src/engine/port.ts';
import type { Yield } from '../src/engine/webgpu/busy-poll.node.ts';
import { openWebGpu } from '../src/engine/webgpu/open.node.ts';

const METHODS: readonly Yield[] = ['none', 'nice', 'idle'];
/** Multiply-add steps per thread, about 1 ms and 20 ms on two cores of a server. */
const KERNELS = { short: 100, long: 2000 } as const;
type KernelName = keyof typeof KERNELS;
const NAMES: readonly KernelName[] = ['short', 'long'];
const LAUNCHES: Record<KernelName, number> = { short: 100, long: 15 };
/** A launch that took this many times as long as the fast ones waited for a core. */
const SLOW = 1.5;
const SELF = fileURLToPath(import.meta.url);

/** Median milliseconds of one process, and the share of its launches that took over 1.5 × its fast ones (5 % are faster). */
type Reading = Record<KernelName, { readonly device: number; readonly wall: number; readonly slow: number }>;

function alu(steps: number): Probe {
  const code = `
@group(0) @binding(0) var<storage, read_write> sink: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  var value = vec4f(sink[id.x]);
  for (var i = 0u; i < ${steps}u; i++) { value = fma(value, vec4f(0.999), vec4f(0.001)); }
  sink[id.x] = dot(value, vec4f(1.0));
}`;
  return { name: 'alu', code, features: [], bufferBytes: [64 * 256 * 4], workgroups: [256, 1, 1] };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

async function timings(launchable: Launchable, count: number): Promise<Timing[]> {
  const launch = { repeats: 1, firstSet: 0 };
  await launchable.launch(launch); // the driver's compiler
  const found: Timing[] = [];
  while (found.length < count) found.push(await launchable.launch(launch));
  return found;
}

async function measure(method: Yield, adapter: string): Promise<Reading> {
  const { session } = await openWebGpu({ adapter, yieldCpu: method });
  const reading = async (name: KernelName) => {
    const found = await timings(await session.probe(alu(KERNELS[name])), LAUNCHES[name]);
    const device = found.map(({ gpuSeconds, wallSeconds }) => 1e3 * (gpuSeconds ?? wallSeconds)).sort((a, b) => a - b);
    const fast = device[Math.floor(0.05 * device.length)] ?? Number.NaN;
    return {
      device: median(device),
      wall: median(found.map(({ wallSeconds }) => 1e3 * wallSeconds)),
      slow: device.filter((time) => time > SLOW * fast).length / device.length,
    };
  };
  const result = { short: await reading('short'), long: await reading('long') };
  await session.dispose();
  return result;
}

function inFreshProcess(method: Yield, adapter: string): Reading {
  const argv = [...process.execArgv, SELF, method, adapter];
  return JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
}

function compare(adapter: string, rounds: number): void {
  const readings: Record<Yield, Reading[]> = { none: [], nice: [], idle: [] };
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? METHODS : [...METHODS].reverse();
    for (const method of order) readings[method].push(inFreshProcess(method, adapter));
  }
  const title = `median of ${rounds} processes (fastest process), ms`;
  console.log(`${'yield'.padEnd(8)}${'kernel'.padEnd(8)}device${' '.repeat(14)}wall    slow    ${title}`);
  for (const method of METHODS) {
    for (const name of NAMES) {
      const device = readings[method].map((reading) => reading[name].device);
      const wall = readings[method].map((reading) => reading[name].wall);
      const slow = readings[method].map((reading) => reading[name].slow);
      const cell = `${median(device).toFixed(3)} (${Math.min(...device).toFixed(3)})`;
      console.log(
        `${method.padEnd(8)}${name.padEnd(8)}${cell.padEnd(20)}${median(wall).toFixed(3).padEnd(8)}${(100 * median(slow)).toFixed(0)} %`,
      );
    }
  }
}

const [first = 'auto', second = '7'] = process.argv.slice(2);
const method = METHODS.find((candidate) => candidate === first);
if (method !== undefined) console.log(JSON.stringify(await measure(method, second)));
else compare(first, Number(second));
