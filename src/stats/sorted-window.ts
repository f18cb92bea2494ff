/** The values of a sliding window in order: the median at once, the median absolute deviation on request. */
import { MAD_TO_SIGMA } from './centre.ts';

export class SortedWindow {
  private readonly values: Float64Array;
  private length = 0;

  constructor(capacity: number) {
    this.values = new Float64Array(capacity);
  }

  get size(): number {
    return this.length;
  }

  clear(): void {
    this.length = 0;
  }

  /** Throws RangeError when the window is full. */
  insert(value: number): void {
    if (this.length === this.values.length) throw new RangeError(`the window holds ${this.length} values already`);
    const at = this.rank(value);
    this.values.copyWithin(at + 1, at, this.length);
    this.values[at] = value;
    this.length++;
  }

  /** Removes one value equal to this one. Throws RangeError when there is none. */
  remove(value: number): void {
    const at = this.rank(value);
    if (at >= this.length || this.values[at] !== value) throw new RangeError(`the window does not hold ${value}`);
    this.values.copyWithin(at, at + 1, this.length);
    this.length--;
  }

  /** Middle value, or the mean of the two middle ones; NaN when empty. */
  median(): number {
    const half = this.length >> 1;
    if (this.length === 0) return Number.NaN;
    const upper = this.values[half] as number;
    return this.length % 2 === 1 ? upper : ((this.values[half - 1] as number) + upper) / 2;
  }

  /** Median absolute deviation from `centre`, scaled to the σ of a normal distribution. NaN when empty. */
  sigma(centre: number): number {
    // Distances grow away from the centre on both sides: merge the two sides up to the middle.
    let below = this.rank(centre) - 1;
    let above = below + 1;
    const half = this.length >> 1;
    let [previous, current] = [Number.NaN, Number.NaN];
    for (let taken = 0; taken <= half && taken < this.length; taken++) {
      const down = below >= 0 ? centre - (this.values[below] as number) : Number.POSITIVE_INFINITY;
      const up = above < this.length ? (this.values[above] as number) - centre : Number.POSITIVE_INFINITY;
      previous = current;
      current = Math.min(down, up);
      if (down <= up) below--;
      else above++;
    }
    const middle = this.length % 2 === 1 ? current : (previous + current) / 2;
    return MAD_TO_SIGMA * middle;
  }

  /** Number of values below this one. */
  private rank(value: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.values[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The largest of the last `span` numbers pushed; zero when none was positive. */
export class RecentMaximum {
  private readonly ring: Float64Array;
  private pushed = 0;
  private largest = 0;

  constructor(span: number) {
    this.ring = new Float64Array(span);
  }

  get value(): number {
    return this.largest;
  }

  push(value: number): void {
    const slot = this.pushed++ % this.ring.length;
    const leaving = this.ring[slot] as number;
    this.ring[slot] = value;
    if (value > this.largest) this.largest = value;
    else if (leaving > 0 && leaving === this.largest) this.rescan();
  }

  /** Forgets the last few pushed. */
  drop(count: number): void {
    for (let i = 0; i < count && this.pushed > 0; i++) this.ring[--this.pushed % this.ring.length] = 0;
    this.rescan();
  }

  private rescan(): void {
    this.largest = 0;
    for (const value of this.ring) if (value > this.largest) this.largest = value;
  }
}
