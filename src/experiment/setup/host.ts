/** Creates the workers of a run: child processes, or a played device on a virtual clock. */
import { ENGINES, engineNamed } from '../../engine/registry.node.ts';
import { canonicalJson, digest } from '../../gemm/digest.ts';
import { processHost } from '../../measure/parent/host.node.ts';
import { playedHost } from '../../measure/parent/host.played.ts';
import type { Host } from '../../measure/parent/host.ts';
import { readSpec } from '../../plan/spec/files.node.ts';
import { UsageError } from '../errors.ts';

export async function hostFor(
  { engine: name, scenario }: { engine: string; scenario: string | undefined },
  cwd: string,
): Promise<{ host: Host; scenarioHash?: string }> {
  const engine = engineNamed(name);
  if (engine.kind === 'device') {
    if (scenario !== undefined) throw new UsageError(`--scenario is for --engine ${played().join(' or ')}`);
    return { host: processHost() };
  }
  if (scenario === undefined)
    throw new UsageError(`--engine ${name} needs --scenario FILE; \`shapemark schema scenario\` describes one`);
  const { text, file } = readSpec(scenario, cwd);
  const device = engine.read(text, file);
  const turn = () => new Promise<void>((done) => setImmediate(done));
  return { host: playedHost(device, turn), scenarioHash: digest(canonicalJson(device.script)) };
}

function played(): string[] {
  return ENGINES.filter(({ kind }) => kind === 'played').map(({ name }) => name);
}
