/** All engines. Their properties are in their objects. */
import type { Engine } from './engine.ts';
import { gpujs } from './gpujs/engine.node.ts';
import type { OwnSource } from './port.ts';
import { scripted } from './scripted/engine.ts';
import { webgpu } from './webgpu/engine.node.ts';

/** The usual one first. */
export const ENGINES: Engine[] = [webgpu, gpujs, scripted];

/** @throws RangeError for an unknown name */
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

/** The matmul of an engine. */
export function matmulOf(engine: Engine): OwnSource | undefined {
  return engine.kind === 'device' ? engine.matmul : undefined;
}

export interface KnownMatmul {
  readonly source: OwnSource;
  /** The reason why other engines do not run it, to be read after its name. */
  readonly rule: string;
  /** Whether `engine` runs it; one that is played plays everything. */
  readonly runsOn: (engine: Engine) => boolean;
}

/** The matmuls of all engines. */
export function ownMatmuls(): KnownMatmul[] {
  return ENGINES.flatMap((owner) => {
    const source = matmulOf(owner);
    if (!source) return [];
    const runsOn = (engine: Engine) => engine.kind === 'played' || engine.name === owner.name;
    return [{ source, rule: `is for --engine ${owner.name}`, runsOn }];
  });
}
