/** C in panels: what Output does for one buffer, over the buffers of all panels. */
import { digest } from '../../gemm/digest.ts';
import { type Difference, EngineError, type Point, type Prepared } from '../port.ts';
import { type LaunchableParts, PipelineLaunchable } from './launch.ts';
import type { Output } from './output.ts';

/** Where a panel's C lies in the whole C. */
export interface PlacedOutput {
  readonly row: number;
  readonly col: number;
  readonly output: Output;
}

/** A GEMM whose operands or output exceed one binding: a launch is one pass with a dispatch for each panel. */
export class PreparedPanels extends PipelineLaunchable implements Prepared {
  readonly textureFillSeconds?: NonNullable<Prepared['textureFillSeconds']>;
  readonly #panels: readonly PlacedOutput[];

  constructor(parts: LaunchableParts, panels: readonly PlacedOutput[], fills?: Prepared['textureFillSeconds']) {
    super(parts);
    this.#panels = panels;
    if (fills) this.textureFillSeconds = fills;
  }

  async poison(): Promise<void> {
    for (const { output } of this.#panels) await output.poison();
  }

  /** @throws RangeError for a point outside C */
  async read(points: readonly Point[]): Promise<Float64Array> {
    const values = new Float64Array(points.length);
    const wanted = new Map<PlacedOutput, number[]>();
    for (const [i, point] of points.entries()) {
      const panel = this.#panelOf(point);
      wanted.set(panel, [...(wanted.get(panel) ?? []), i]);
    }
    for (const [{ row, col, output }, indices] of wanted) {
      const own = indices.map((i) => ({ row: (points[i]?.row ?? 0) - row, col: (points[i]?.col ?? 0) - col }));
      const read = await output.read(own);
      for (const [j, i] of indices.entries()) values[i] = read[j] ?? Number.NaN;
    }
    return values;
  }

  /** @throws EngineError if the reference's C is stored differently */
  async difference(reference: Prepared): Promise<Difference> {
    if (!(reference instanceof PreparedPanels) || reference.#panels.length !== this.#panels.length) {
      throw new EngineError('unsupported', 'cannot compare a C in panels with one that lies otherwise');
    }
    const found: Placed[] = [];
    for (const [i, { row, col, output }] of this.#panels.entries()) {
      const other = reference.#panels[i];
      if (!other) continue;
      const { worst, ...difference } = await output.difference(other.output);
      const elements = output.shape.rows * output.shape.n - difference.nonFinite;
      found.push({ ...difference, elements, worst: { row: row + worst.row, col: col + worst.col } });
    }
    return combine(found);
  }

  #panelOf({ row, col }: Point): PlacedOutput {
    const inside = (at: number, first: number, count: number) => at >= first && at < first + count;
    const found = this.#panels.find(
      (panel) => inside(row, panel.row, panel.output.shape.rows) && inside(col, panel.col, panel.output.shape.n),
    );
    if (found) return found;
    throw new RangeError(`point (${row}, ${col}) lies outside C`);
  }
}

/** A panel's difference, placed in the whole C. */
interface Placed extends Difference {
  /** Finite elements that its rms is over. */
  readonly elements: number;
}

/** The worst element is the first non-finite one, row by row, when there is any; else the first with the largest difference. */
function combine(panels: readonly Placed[]): Difference {
  const nonFinite = panels.reduce((sum, panel) => sum + panel.nonFinite, 0);
  const maxAbs = Math.max(...panels.map((panel) => panel.maxAbs));
  const elements = panels.reduce((sum, panel) => sum + panel.elements, 0);
  const squares = panels.reduce((sum, panel) => sum + panel.rms ** 2 * panel.elements, 0);
  const worst = panels
    .filter((panel) => (nonFinite > 0 ? panel.nonFinite > 0 : panel.maxAbs === maxAbs))
    .map((panel) => panel.worst)
    .reduce((first, next) => (next.row < first.row || (next.row === first.row && next.col < first.col) ? next : first));
  const parts = digest(panels.map((panel) => panel.digest).join(' ')).slice(0, 16);
  return { maxAbs, rms: elements === 0 ? 0 : Math.sqrt(squares / elements), nonFinite, worst, digest: parts };
}
