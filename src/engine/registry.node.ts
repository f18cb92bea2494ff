/** Every engine, and nothing of any of them: whoever wants to know what one can do asks its object. */
import type { Engine } from './engine.ts';
import { gpujs } from './gpujs/engine.node.ts';
import type { OwnSource } from './port.ts';
import { scripted } from './scripted/engine.ts';
import { webgpu } from './webgpu/engine.node.ts';

/** The usual one first. */
export const ENGINES: Engine[] = [webgpu, gpujs, scripted];

/** @throws RangeError for a name that nothing has */
export function engineNamed(name: string): Engine {
  const engine = ENGINES.find((known) => known.name === name);
  if (!engine) throw new RangeError(`no engine "${name}"; there are ${engineNames().join(', ')}`);
  return engine;
}

export function engineNames(): string[] {
  return ENGINES.map(({ name }) => name);
}

/** Names of the engines that run kernels and nothing else: those that kernels can be compared, tuned and searched on. */
export function kernelEngines(): string[] {
  return ENGINES.filter((engine) => matmulOf(engine) === undefined).map(({ name }) => name);
}

/** The matmul that an engine brings along. */
export function matmulOf(engine: Engine): OwnSource | undefined {
  return engine.kind === 'device' ? engine.matmul : undefined;
}

export interface KnownMatmul {
  readonly source: OwnSource;
  /** The rule that keeps it from other engines, to be read after its name. */
  readonly rule: string;
  /** Whether `engine` runs it; one that is played plays everything. */
  readonly runsOn: (engine: Engine) => boolean;
}

/** All matmuls that engines bring along. */
export function ownMatmuls(): KnownMatmul[] {
  return ENGINES.flatMap((owner) => {
    const source = matmulOf(owner);
    if (!source) return [];
    const runsOn = (engine: Engine) => engine.kind === 'played' || engine.name === owner.name;
    return [{ source, rule: `is for --engine ${owner.name}`, runsOn }];
  });
}
