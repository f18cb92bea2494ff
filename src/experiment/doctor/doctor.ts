/** Facts about this machine: adapter, features, timer, and A/A noise. */
import { resolve } from 'node:path';
import { installAdvice } from '../../engine/webgpu/adapters.node.ts';
import { Connection } from '../../measure/parent/connection.ts';
import { processHost } from '../../measure/parent/host.node.ts';
import { latestCalibration } from '../../record/beside/calibration.node.ts';
import { USUAL_ENGINE } from '../../record/environment.ts';
import { unitId } from '../../record/machine.node.ts';
import { machineName } from '../../record/machine.ts';
import type { Io } from '../io.ts';
import { placeFacts } from '../setup/settings.ts';

/** Long enough to unpack and start a software adapter for the first time. */
const ALLOW_SECONDS = 120;

/** Throws CallFailed when no device can be opened. */
export async function examine({ adapter, results }: { adapter: string; results: string }, io: Io) {
  const host = processHost();
  const connection = new Connection(host.start(), host.clock);
  try {
    const request = { engine: USUAL_ENGINE, adapter, yieldCpu: true, process: 0 };
    const { facts, tried } = await connection.call('open', request, ALLOW_SECONDS);
    const timer = await connection.call('timer', {}, ALLOW_SECONDS);
    const environment = { ...placeFacts(USUAL_ENGINE), adapter: facts };
    const machine = machineName(environment);
    const calibration = latestCalibration(resolve(io.cwd, results), machine, unitId(io.environment)) ?? null;
    const advice = facts.source === 'gpu' ? null : installAdvice();
    return { machine, environment, tried, timer, calibration, advice };
  } finally {
    connection.end('interrupted', 'done');
  }
}
