/** Real workers, real faults: an endless kernel and an aborting worker cost only their own case. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { kernelSet } from '../../kernel/set/set.ts';
import { enterRun } from './enter.ts';
import { processHost } from './host.node.ts';
import { measure } from './measure.ts';
import type { Measurement } from './measurement.ts';
import { testCase, testSettings } from './testdata/scripted-experiment.ts';

const NAIVE = readFileSync(fileURLToPath(new URL('../../../kernels/naive.wgsl', import.meta.url)), 'utf8');
const PLACE = 'let at = place(';

/** Spins until a condition that no launch meets, and stores all the while, so that no compiler drops the loop. */
const SPINNING = NAIVE.replace('name: naive', 'name: spinning').replace(
  PLACE,
  `var spins = 0u;\n  while (problem.k > 0u) { spins += 1u; store_c(0u, 0u, 0u, f32(spins)); }\n  ${PLACE}`,
);

const kernels: KernelSet = kernelSet('test', [
  { path: 'naive.wgsl', text: NAIVE },
  { path: 'spinning.wgsl', text: SPINNING },
]);

function run(): Promise<Measurement> {
  return measure({
    cases: [testCase('before'), testCase('spinning', 'spinning'), testCase('after')],
    host: processHost(),
    open: { engine: 'webgpu', adapter: 'auto', yieldCpu: false },
    enter: enterRun(kernels, kernels),
    settings: testSettings({ processes: 1, looks: [1] }),
    finished: [],
    onOpen: () => {},
    onVisit: () => {},
    onProcess: () => {},
    onProgress: () => {},
  });
}

function expectOnlySpinningFailed({ cases }: Measurement, reason: string): void {
  const [before, spinning, after] = cases;
  expect(spinning?.refusal).toMatchObject({ status: 'failed', reason });
  for (const good of [before, after]) {
    expect(good?.refusal).toBeNull();
    expect(good?.visits[0]?.result?.contenders[0]?.samples.length).toBeGreaterThanOrEqual(5);
  }
}

describe('a real worker', () => {
  it('was given a kernel that spins', () => {
    expect(SPINNING).toContain('spins');
    expect(SPINNING).toContain('name: spinning');
  });

  it('that hangs in an endless loop is replaced, and the other cases are measured', async () => {
    expectOnlySpinningFailed(await run(), 'hang');
  }, 240_000);

  it.runIf(process.platform === 'linux')(
    'that aborts is replaced, and the other cases are measured',
    async () => {
      const abortWhenStuck = setInterval(() => {
        for (const pid of busyWorkers()) process.kill(pid, 'SIGABRT');
      }, 1_000);
      try {
        expectOnlySpinningFailed(await run(), 'crashed');
      } finally {
        clearInterval(abortWhenStuck);
      }
    },
    120_000,
  );
});

/** Workers of this process that have used far more CPU time than small cases need. */
function busyWorkers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const { parent, cpuSeconds } = processFacts(pid);
      return parent === process.pid && cpuSeconds >= 12;
    });
}

const TICKS_PER_SECOND = 100;

/** Parent and CPU time of a process, from proc(5); no parent if it has ended. */
function processFacts(pid: number): { parent: number; cpuSeconds: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND };
  } catch {
    return { parent: 0, cpuSeconds: 0 };
  }
}
