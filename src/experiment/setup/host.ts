/** Where a run's workers come from: child processes, or a scripted device on a virtual clock. */

import { parseScenario } from '../../engine/scripted/scenario.ts';
import { canonicalJson, digest } from '../../gemm/digest.ts';
import { processHost } from '../../measure/parent/host.node.ts';
import { scriptedHost } from '../../measure/parent/host.scripted.ts';
import type { Host } from '../../measure/parent/host.ts';
import { readSpec } from '../../plan/spec/files.node.ts';
import type { Environment } from '../../record/environment.ts';
import { UsageError } from '../errors.ts';

export async function hostFor(
  { engine, scenario }: { engine: Environment['engine']; scenario: string | undefined },
  cwd: string,
): Promise<{ host: Host; scenarioHash?: string }> {
  if (engine !== 'scripted') {
    if (scenario !== undefined) throw new UsageError('--scenario is for --engine scripted');
    return { host: processHost() };
  }
  if (scenario === undefined)
    throw new UsageError('--engine scripted needs --scenario FILE; `shapemark schema scenario` describes one');
  const { text, file } = readSpec(scenario, cwd);
  const script = parseScenario(text, file);
  const turn = () => new Promise<void>((done) => setImmediate(done));
  return { host: scriptedHost(script, turn), scenarioHash: digest(canonicalJson(script)) };
}
