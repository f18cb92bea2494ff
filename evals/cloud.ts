/**
 * Whether the kernels are right on many random small problems, on one device and against f64.
 *
 *     npm run eval cloud -- [--adapter software|embedded|gpu] [--shapes 2000] [--each 12] [--seed 1] [--from 0] [--kernels DIR|REF]
 *                           [--without FEATURE]
 *
 * `--without` leaves out kernels that need a feature, as if the device lacked it.
 * `--each` takes so many of the twelve shapes that share a program: with 1, as many programs as shapes.
 *
 * It stops at the first that is wrong. When interrupted, it prints how to continue: members are independent. Exit codes: 0 all
 * right, 2 wrong use, 4 a wrong answer or a kernel that does not run.
 */

import { parseArgs } from 'node:util';
import { openWebGpu } from '../src/engine/webgpu/open.node.ts';
import { UsageError } from '../src/experiment/errors.ts';
import { loadKernels } from '../src/kernel/set/load.node.ts';
import { check, cloudOf, describe, type Member, SIBLINGS } from './cloud/cloud.ts';

const { values } = parseArgs({
  options: {
    adapter: { type: 'string', default: 'auto' },
    shapes: { type: 'string', default: '2000' },
    each: { type: 'string', default: String(SIBLINGS) },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    kernels: { type: 'string', default: 'kernels' },
    without: { type: 'string' },
  },
});

function whole(name: 'shapes' | 'each' | 'seed' | 'from'): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new UsageError(`--${name} takes a whole number, not "${values[name]}"`);
}

const [shapes, seed, from] = [whole('shapes'), whole('seed'), whole('from')];
const each = Math.min(Math.max(whole('each'), 1), SIBLINGS);
const set = await loadKernels(values.kernels);
const { session } = await openWebGpu({ adapter: values.adapter, yieldCpu: false });
const features = session.facts.features.filter((feature) => feature !== values.without);
const cloud = cloudOf(set, { ...session.facts, features }, seed);
const without = values.without === undefined ? '' : ` --without ${values.without}`;
const repeat = (first: number, count: number) =>
  `npm run eval cloud -- --adapter ${values.adapter} --each ${each} --seed ${seed} --from ${first} --shapes ${count}${without}`;

let interrupted = false;
process.once('SIGINT', () => {
  interrupted = true;
});

const begin = performance.now();
const checked = new Map<string, { count: number; worst: number }>();
let index = from;
for (; index < from + shapes && !interrupted; index++) {
  const next = cloud.member(SIBLINGS * Math.floor(index / each) + (index % each));
  try {
    note(next, await check(session, next));
  } catch (error) {
    console.error(`${describe(next)}\n${error instanceof Error ? error.message : String(error)}`);
    console.error(`after ${index - from} right ones; repeat it with\n  ${repeat(index, 1)}`);
    process.exit(4);
  }
}
await session.dispose();

function note({ kernel }: Member, error: number): void {
  const { count, worst } = checked.get(kernel.name) ?? { count: 0, worst: 0 };
  checked.set(kernel.name, { count: count + 1, worst: Math.max(worst, error) });
  if ((index + 1) % 100 === 0) console.error(`${index + 1 - from} of ${shapes}`);
}

const seconds = ((performance.now() - begin) / 1e3).toFixed(0);
for (const [name, { count, worst }] of [...checked].sort()) {
  console.log(`${name.padEnd(18)} ${String(count).padStart(5)} right, worst error ${worst.toExponential(1)} of rms`);
}
console.log(`${index - from} shapes right on ${session.facts.description} in ${seconds} s, seed ${seed}, from ${from}`);
if (interrupted) {
  console.log(`go on with\n  ${repeat(index, from + shapes - index)}`);
  process.exit(130);
}
