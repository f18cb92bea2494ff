/** The output C of one contender on the device: poisoned, sampled, and compared with another whole C, never read back whole. */
import type { OutputFormat } from '../../gemm/problem.ts';
import { type Difference, EngineError, type Point } from '../port.ts';
import type { Device } from './device.ts';
import type { ElementwisePrograms } from './elementwise.ts';
import {
  bytesPerElement,
  COMPARE_THREADS,
  compareCode,
  FILL_WORDS,
  gatherCode,
  NO_INDEX,
  nanWord,
  PARTIAL_WORDS,
  SQUARE_SCALE,
} from './output-code.ts';
import { USAGE } from './usage.ts';

export interface OutputShape {
  /** Rows over all batch entries or groups. */
  readonly rows: number;
  readonly n: number;
  readonly format: OutputFormat;
}

/** Bytes of C's buffer: elements, padded to 16. */
export function outputBytes({ rows, n, format }: OutputShape): number {
  return Math.max(16, Math.ceil((rows * n * bytesPerElement(format)) / 16) * 16);
}

export class Output {
  readonly shape: OutputShape;
  /** The buffer launches write; an engine that allocates its own output may answer with another one each time. */
  readonly buffer: GPUBuffer;
  readonly #device: Device;
  readonly #programs: ElementwisePrograms;

  constructor(device: Device, programs: ElementwisePrograms, shape: OutputShape, buffer: GPUBuffer) {
    this.#device = device;
    this.#programs = programs;
    this.shape = shape;
    this.buffer = buffer;
  }

  async poison(): Promise<void> {
    const words = Math.floor(this.buffer.size / 4);
    await this.#programs.run({
      name: 'poison',
      code: FILL_WORDS,
      items: words,
      uniform: [words, nanWord(this.shape.format)],
      buffers: [this.buffer],
    });
  }

  /** @throws RangeError for a point outside C */
  async read(points: readonly Point[]): Promise<Float64Array> {
    if (points.length === 0) return new Float64Array(0);
    const indices = Uint32Array.from(points, (point) => this.#index(point));
    const bytes = indices.byteLength;
    const [elements, values] = await this.#device.buffers([
      { size: bytes, usage: USAGE.storage | USAGE.copyTarget },
      { size: bytes, usage: USAGE.storage | USAGE.copySource },
    ]);
    if (!elements || !values) throw new EngineError('device-error', 'no buffers to read C through');
    try {
      this.#device.gpu.queue.writeBuffer(elements, 0, indices);
      await this.#programs.run({
        name: 'gather',
        code: gatherCode(this.shape.format),
        items: points.length,
        uniform: [points.length],
        buffers: [this.buffer, elements, values],
      });
      return Float64Array.from(new Float32Array(await this.#device.download(values, bytes)));
    } finally {
      elements.destroy();
      values.destroy();
    }
  }

  /** Non-finite elements of either side are counted, and excluded from `maxAbs` and `rms`. */
  async difference(reference: Output): Promise<Difference> {
    const { rows, n, format } = this.shape;
    const other = reference.shape;
    if (other.rows !== rows || other.n !== n || other.format !== format) {
      throw new EngineError('unsupported', `cannot compare ${describe(this.shape)} with ${describe(other)}`);
    }
    const bytes = COMPARE_THREADS * PARTIAL_WORDS * 4;
    const [partials] = await this.#device.buffers([{ size: bytes, usage: USAGE.storage | USAGE.copySource }]);
    if (!partials) throw new EngineError('device-error', 'no buffer for the comparison');
    try {
      await this.#programs.run({
        name: 'compare',
        code: compareCode(format),
        items: COMPARE_THREADS,
        uniform: [rows * n],
        buffers: [this.buffer, reference.buffer, partials],
      });
      return combine(await this.#device.download(partials, bytes), rows * n, n);
    } finally {
      partials.destroy();
    }
  }

  #index({ row, col }: Point): number {
    const { rows, n } = this.shape;
    if (!(Number.isInteger(row) && Number.isInteger(col) && row >= 0 && row < rows && col >= 0 && col < n)) {
      throw new RangeError(`point (${row}, ${col}) lies outside C, which is ${rows} × ${n}`);
    }
    return row * n + col;
  }
}

/** Sums the threads' partial results in f64. The worst element is the first non-finite one when there is any. */
function combine(buffer: ArrayBuffer, elements: number, n: number): Difference {
  const words = new Uint32Array(buffer);
  const floats = new Float32Array(buffer);
  let maxAbs = 0;
  let worst = NO_INDEX;
  let nonFinite = 0;
  let firstNonFinite = NO_INDEX;
  let squares = 0;
  const digest = new Uint32Array(2);
  for (let at = 0; at < words.length; at += PARTIAL_WORDS) {
    const largest = floats[at] ?? 0;
    const index = words[at + 1] ?? NO_INDEX;
    if (index !== NO_INDEX && (worst === NO_INDEX || largest > maxAbs || (largest === maxAbs && index < worst))) {
      maxAbs = largest;
      worst = index;
    }
    nonFinite += words[at + 2] ?? 0;
    firstNonFinite = Math.min(firstNonFinite, words[at + 3] ?? NO_INDEX);
    squares += floats[at + 4] ?? 0;
    for (const half of [0, 1]) digest[half] = (digest[half] ?? 0) + (words[at + 5 + half] ?? 0);
  }
  const finite = elements - nonFinite;
  const rms = finite === 0 ? 0 : Math.sqrt(squares / finite) / SQUARE_SCALE;
  const at = nonFinite > 0 ? firstNonFinite : worst;
  const hexadecimal = [...digest].map((half) => half.toString(16).padStart(8, '0')).join('');
  return { maxAbs, rms, nonFinite, worst: { row: Math.floor(at / n), col: at % n }, digest: hexadecimal };
}

function describe({ rows, n, format }: OutputShape): string {
  return `a ${rows} × ${n} ${format} output`;
}
