/** Properties of an engine that matter to an experiment: the machine of its numbers, and its own matmul. */
import { engineNamed, matmulOf, ownMatmuls } from '../../engine/registry.node.ts';
import type { OfferedMatmul } from '../../measure/parent/enter.ts';
import type { Case } from '../../plan/case/case.ts';
import { formatId, parseId } from '../../plan/case/id.ts';
import { seriesOf } from '../../plan/case/series.ts';
import { unitId } from '../../record/machine.node.ts';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';

/** The physical machine of the numbers; a played device is the same on every machine. */
export function unitOf(engine: string, environment: Io['environment']): string {
  if (engineNamed(engine).kind === 'played') return engine;
  try {
    return unitId(environment);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

/** The matmuls of engines, and the reason why this engine does not run some of them. */
export function offeredMatmuls(name: string): OfferedMatmul[] {
  const engine = engineNamed(name);
  return ownMatmuls().map(({ source, rule, runsOn }) => {
    if (runsOn(engine)) return { source, refusal: null };
    const detail = `the ${name} engine runs WGSL, not ${source.name}`;
    return { source, refusal: { status: 'skipped', reason: 'unsupported', detail, rule } };
  });
}

/** Every case once more as the engine's own matmul computes it, where it has one, so that both stand in one table. */
export function withOwnMatmul(cases: readonly Case[], engine: string): Case[] {
  const matmul = matmulOf(engineNamed(engine));
  if (!matmul) return [...cases];
  const known = new Set(cases.map((item) => item.id));
  return cases.flatMap((item) => {
    const kernel = matmul.name;
    const twin = { ...item, kernel, id: formatId({ ...parseId(item.id), kernel }) };
    if (known.has(twin.id)) return [item];
    known.add(twin.id);
    return [item, { ...twin, series: seriesOf(twin) }];
  });
}
