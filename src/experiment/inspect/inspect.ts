/** Compiles kernels for present and absent GPUs and collects the statistics. */
import { changesOf } from '../../inspect/changes.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import type { Case } from '../../plan/case/case.ts';
import {
  type Change,
  INSPECTION_SCHEMA,
  type InspectedGpu,
  type Inspection,
  type InspectionRow,
} from '../../record/beside/inspection.ts';
import { GpuCompiler } from './gpu-compiler.ts';
import { native } from './native.ts';
import type { GpuRequest } from './open.ts';

export interface InspectRequest extends Pick<GpuRequest, 'root' | 'adapter'> {
  readonly gpus: readonly string[];
  readonly set: KernelSet;
  readonly cases: readonly Case[];
  /** Indexes checked, unchecked, or both beside each other. */
  readonly checks: 'on' | 'off' | 'both';
  /** What to compare with. */
  readonly base?: KernelSet | undefined;
  readonly onProgress?: ((gpu: string, done: number, of: number) => void) | undefined;
}

/** @throws NothingToDo if a GPU cannot be opened, or no driver reports statistics */
export async function inspect({ gpus, ...request }: InspectRequest): Promise<Inspection> {
  const built = native();
  const inspected: Awaited<ReturnType<typeof inspectGpu>>[] = [];
  for (const gpu of gpus) inspected.push(await inspectGpu({ gpu, native: built, ...request }));
  const changes = request.base && {
    base: request.base.origin,
    changes: inspected.flatMap(({ head, base }) => changesOf(base, head)),
  };
  return inspectionOf(
    inspected.map(({ gpu }) => gpu),
    inspected.flatMap(({ head }) => head),
    changes,
  );
}

export function inspectionOf(
  gpus: readonly InspectedGpu[],
  kernels: readonly InspectionRow[],
  compared?: { readonly base: string; readonly changes: readonly Change[] },
): Inspection {
  return {
    schema: INSPECTION_SCHEMA,
    gpu: gpus.map(({ name }) => name).join(','),
    driver: [...new Set(gpus.map(({ driver }) => driver))].join(', '),
    gpus,
    kernels,
    ...compared,
    counts: counted([
      ...kernels.map(({ status }) => status),
      ...(compared?.changes ?? []).map(({ verdict }) => verdict),
    ]),
  };
}

function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = { compiled: 0, refused: 0, failed: 0, worse: 0, better: 0, same: 0 };
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

type One = Omit<InspectRequest, 'gpus'> & GpuRequest;

async function inspectGpu({ checks, ...request }: One) {
  const robustness = checks === 'off' ? checks : undefined;
  const compiler = await GpuCompiler.open({ ...request, robustness });
  const unchecked = checks === 'both' ? await GpuCompiler.open({ ...request, robustness: 'off' }) : null;
  const head: InspectionRow[] = [];
  const base: InspectionRow[] = [];
  try {
    for (const [i, item] of request.cases.entries()) {
      request.onProgress?.(request.gpu, i, request.cases.length);
      const row = await compiler.row(item, request.set);
      head.push(unchecked ? withUnchecked(row, await unchecked.row(item, request.set)) : row);
      const known = request.base?.kernels.some(({ name }) => item.kernel === 'best' || name === item.kernel);
      if (request.base && known) base.push(await compiler.row(item, request.base));
    }
    return { gpu: compiler.about(), head, base };
  } finally {
    compiler.end();
    unchecked?.end();
  }
}

function withUnchecked(row: InspectionRow, other: InspectionRow): InspectionRow {
  if (row.status !== 'compiled' || other.status !== 'compiled') return row;
  const { subgroup, registers, spills, scratchBytes, sharedBytes, occupancy, instructions, loop } = other;
  const unchecked = { subgroup, registers, spills, scratchBytes, sharedBytes, occupancy, instructions, loop };
  return { ...row, unchecked };
}
