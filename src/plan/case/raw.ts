import { variantOf } from '../../gemm/formats/scale.ts';
import {
  type Format,
  isTransposedA,
  type Layout,
  type Shape,
  WEIGHT_FORMATS,
  type WeightFormat,
} from '../../gemm/problem.ts';
import type { GroupSpec } from '../model/pass.ts';
import { explicitGroups, routedGroups, routingRefusal } from '../model/routing.ts';
import type { DocumentPath } from '../spec/spec-error.ts';
import { axisLength, axisValues, type LinkedAxis } from '../suite/axis.ts';
import type { Suite } from '../suite/parse.ts';
import type { ShapeEntry } from '../suite/schema.ts';
import { asList, type Draft, formatsFor, refusal, settingsOf } from './draft.ts';

/** Raw shapes: axes and formats crossed, in the order the suite lists them (m slowest, then n, k, formats). */

/** Number of problems of an entry, without creating them. */
export function rawCount(entry: ShapeEntry): number {
  const rows = entry.m ?? (entry.groups !== undefined && 'tokens' in entry.groups ? entry.groups.tokens : 1);
  const length = (axis: LinkedAxis) => (typeof axis === 'string' ? 1 : axisLength(axis));
  return axisLength(rows) * length(entry.n) * length(entry.k) * axisLength(entry.batch);
}

/** Throws SpecError for an invalid combination: it was written explicitly, so it is an error, not a skip. */
export function* rawDrafts(suite: Suite, index: number): Generator<Draft> {
  const entry = suite.shapes[index];
  if (entry === undefined) return;
  const path = ['shapes', index];
  const settings = settingsOf(entry, suite.defaults);
  const formats = rawFormats(suite, entry, path);
  checkRouting(suite, entry, path);
  for (const { shape, group } of rawShapes(entry)) {
    for (const layout of asList(entry.layout, suite.defaults.layout, 'nn' as const)) {
      for (const format of formats) {
        const reason = refusal(shape, layout, format) ?? sharedRefusal(entry, layout);
        if (reason !== undefined) throw suite.error(path, reason);
        const { phase, name, bias } = entry;
        const from = originOf(entry);
        const grouped = group === undefined ? {} : { group };
        yield { phase, name, shape, layout, ...grouped, format, bias, from, count: 1, settings, path };
      }
    }
  }
}

/** Matrices that share B are rows of one matrix only where the rows of each lie one after the other. */
function sharedRefusal({ repeat }: ShapeEntry, layout: Layout): string | undefined {
  if (repeat === undefined || !isTransposedA(layout)) return undefined;
  return 'matrices A that share B are no rows of one matrix where A is stored [k,m]; use layout nn or nt';
}

function originOf({ repeat, from }: ShapeEntry): string {
  return repeat === undefined ? from : `${from}; each B is shared by ${repeat} matrices A, the rows of one`;
}

function checkRouting(suite: Suite, { groups }: ShapeEntry, path: DocumentPath): void {
  if (groups === undefined || 'rows' in groups) return;
  const reason = routingRefusal(groups.routing, Math.max(...axisValues(groups.tokens)));
  if (reason !== undefined) throw suite.error([...path, 'groups', 'tokens'], reason);
}

function rawFormats(suite: Suite, entry: ShapeEntry, path: DocumentPath): readonly Format[] {
  return asList(entry.w, suite.defaults.w, 'f32' as const).flatMap((w) => {
    if (w === 'checkpoint') throw suite.error(path, 'has no checkpoint to take its weight format from; write w: …');
    return formatsFor(weightsOf(suite, entry, w, path), entry, suite.defaults, 'f32');
  });
}

/** The weight format with the blocks and zero points that the entry asks for. */
function weightsOf(suite: Suite, entry: ShapeEntry, w: WeightFormat, path: DocumentPath): WeightFormat {
  const block = entry.block ?? suite.defaults.block;
  const zeroPoints = entry.zeroPoints ?? suite.defaults.zeroPoints ?? false;
  if (block === undefined && !zeroPoints) return w;
  const found = variantOf(w, block, zeroPoints);
  if (found !== undefined) return found;
  const asked = [...(block === undefined ? [] : [`blocks of ${block}`]), ...(zeroPoints ? ['zero points'] : [])];
  throw suite.error([...path, 'w'], `${w} has no ${asked.join(' with ')}; known: ${WEIGHT_FORMATS.join(', ')}`);
}

function* rawShapes(entry: ShapeEntry): Generator<{ shape: Shape; group?: GroupSpec }> {
  for (const { m, group } of rowChoices(entry)) {
    for (const n of linked(entry.n, { m })) {
      for (const k of linked(entry.k, { m, n })) {
        for (const batch of axisValues(entry.batch)) {
          yield { shape: { batch, m, n, k }, ...(group === undefined ? {} : { group }) };
        }
      }
    }
  }
}

function rowChoices(entry: ShapeEntry): readonly { m: number; group?: GroupSpec }[] {
  const { groups, repeat = 1 } = entry;
  if (groups === undefined) return axisValues(entry.m ?? 1).map((m) => ({ m: m * repeat }));
  const choices =
    'rows' in groups
      ? [explicitGroups(groups.rows)]
      : axisValues(groups.tokens).map((tokens) => routedGroups({ ...groups, tokens }));
  return choices.map((group) => ({ m: group.groups.rows.reduce((sum, rows) => sum + rows, 0), group }));
}

function linked(axis: LinkedAxis, known: Readonly<Record<string, number>>): readonly number[] {
  return typeof axis === 'string' ? [known[axis] ?? 1] : axisValues(axis);
}
