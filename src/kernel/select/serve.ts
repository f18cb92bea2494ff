/** Whether a kernel can run a problem on a device: the program that does, or the reason why not. */
import { type Panel, panelsOf } from '../../gemm/panels.ts';
import type { Problem } from '../../gemm/problem.ts';
import { matrices, rows } from '../../gemm/shape.ts';
import { bindableBytes, deviceRefusal, deviceScope, exceeded, type KernelDevice, limit } from '../device.ts';
import type { Choice, PanelDispatch, Program, TexturedOperand } from '../program.ts';
import { evaluate } from '../set/expression.ts';
import type { Kernel } from '../set/kernel.ts';
import { choose, matrixComponent, shapeScope, tileScope } from '../text/choice.ts';
import { fold, gridOf } from '../text/grid.ts';
import { bindingsOf, bodyFor, prelude, type Specialisation } from '../text/prelude.ts';
import { texturesOf } from '../text/textures.ts';
import { limitOf } from './limits.ts';

/** A program, or the reason why there is none. */
export type Served = { readonly program: Program } | { readonly reason: string };

/**
 * Specialises `kernel` for `problem` on `device`.
 *
 * @param choice tile and thread sizes other than the kernel's defaults
 */
export function serve(kernel: Kernel, problem: Problem, device: KernelDevice, choice?: Choice): Served {
  const unsuited = kernelRefusal(kernel, problem, device) ?? deviceRefusal(problem, device);
  if (unsuited) return { reason: unsuited };
  const chosen = choose(kernel, problem, device, choice);
  if ('reason' in chosen) return chosen;
  const reason = conditionRefusal(kernel, problem, device, chosen) ?? workgroupRefusal(kernel, device, chosen);
  if (reason) return { reason };
  const panels = panelsOf(problem, bindableBytes(device)) ?? [];
  const dispatches = dispatchesOf(kernel, panels, chosen, device);
  if ('reason' in dispatches) return dispatches;
  const textures = texturesOf(kernel, panels, device);
  if ('reason' in textures) return textures;
  return { program: programOf(kernel, problem, chosen, dispatches, textures) };
}

/** One dispatch for each panel, or the reason why a grid is too large. */
function dispatchesOf(
  kernel: Kernel,
  panels: readonly Panel[],
  { tile }: Specialisation,
  device: KernelDevice,
): PanelDispatch[] | { reason: string } {
  const most = limit(device, 'maxComputeWorkgroupsPerDimension');
  const dispatches: PanelDispatch[] = [];
  for (const { problem } of panels) {
    const { shape, groups } = problem;
    const grid = gridOf(problem, tile);
    const workgroups = fold(grid.tiles, Number.isFinite(most) ? most : 65535);
    if (!workgroups) {
      const [needed, allowed] = [grid.tiles, most].map((count) => count.toLocaleString('en-US'));
      const limits = `${allowed} × ${allowed} (maxComputeWorkgroupsPerDimension)`;
      return { reason: `${kernel.name} needs ${needed} workgroups; this device allows ${limits}` };
    }
    const m = groups ? rows(problem) : shape.m;
    dispatches.push({
      uniform: [m, shape.n, shape.k, matrices(problem), grid.tilesM, grid.tilesN, grid.tiles, 0],
      ...(grid.table ? { tiles: grid.table } : {}),
      workgroups,
    });
  }
  return dispatches;
}

function programOf(
  kernel: Kernel,
  problem: Problem,
  chosen: Specialisation,
  dispatches: readonly PanelDispatch[],
  textures: readonly TexturedOperand[],
): Program {
  const [first] = dispatches;
  if (!first) throw new RangeError('a problem without rows has no program');
  const before = prelude(kernel, problem, chosen, textures);
  return {
    kernel: kernel.name,
    kernelHash: kernel.hash,
    code: `${before}${bodyFor(kernel, chosen)}`,
    written: { prelude: before.split('\n').length - 1, file: kernel.file, line: kernel.bodyLine },
    ...chosen,
    bindings: bindingsOf(problem),
    features: kernel.requires,
    ...first,
    ...(dispatches.length > 1 ? { panels: dispatches } : {}),
    ...(textures.length > 0 ? { textures } : {}),
  };
}

/** What the kernel does not support, or the device lacks. */
function kernelRefusal(kernel: Kernel, problem: Problem, device: KernelDevice): string | null {
  const limit = limitOf(kernel, problem);
  if (limit) return limit.refusal;
  const missing = kernel.requires.filter((feature) => !device.features.includes(feature));
  return missing.length > 0 ? `${kernel.name} needs ${missing.join(', ')}, which this device lacks` : null;
}

function conditionRefusal(
  kernel: Kernel,
  problem: Problem,
  device: KernelDevice,
  chosen: Specialisation,
): string | null {
  const scope = { ...tileScope(chosen), ...deviceScope(device, matrixComponent(kernel)), ...shapeScope(problem) };
  const broken = kernel.only.find((condition) => evaluate(condition.if, scope) === 0);
  if (broken) return `${kernel.name} is for ${broken.if.text}: ${broken.because}`;
  const threads = chosen.workgroup[0] * chosen.workgroup[1];
  if (threads <= kernel.mostThreads) return null;
  return `${kernel.name} is for at most ${kernel.mostThreads} threads in a workgroup, not ${threads}: not every device allows more`;
}

function workgroupRefusal(kernel: Kernel, device: KernelDevice, chosen: Specialisation): string | null {
  const [x, y] = chosen.workgroup;
  if (!Number.isInteger(x) || !Number.isInteger(y) || x < 1 || y < 1) {
    const { tile, thread } = chosen;
    const sizes = `tile ${tile.m} × ${tile.n} × ${tile.k} and thread ${thread.m} × ${thread.n}`;
    return `${kernel.name} has no whole workgroup for ${sizes}: a tile must be a multiple of its threads`;
  }
  const what = `${kernel.name} with a workgroup of ${x} × ${y}`;
  const bytes = evaluate(kernel.workgroupBytes, {
    ...tileScope(chosen),
    ...deviceScope(device, matrixComponent(kernel)),
  });
  return (
    exceeded(device, 'maxComputeInvocationsPerWorkgroup', what, x * y, 'threads') ??
    exceeded(device, 'maxComputeWorkgroupSizeX', what, x, 'threads in x') ??
    exceeded(device, 'maxComputeWorkgroupSizeY', what, y, 'threads in y') ??
    exceeded(device, 'maxComputeWorkgroupStorageSize', what, bytes, 'bytes of workgroup memory')
  );
}
