/** Machine code of any GPU, reduced to blocks of instructions by kind. */

/**
 * - `valu`: arithmetic on every lane
 * - `salu`: scalar instructions and control flow: branches, waits, barriers
 * - `memory`: buffers and textures
 * - `shared`: workgroup memory, and shuffles that go through it
 */
export type Kind = 'valu' | 'salu' | 'memory' | 'shared';

export interface Instruction {
  readonly kind: Kind;
  /** Multiply-adds of a lane: 1 for a fused one, 2 for a packed one, n for a dot product of n; none for matrix units. */
  readonly multiplyAdds?: number;
  /** Whether it is packed or a dot product. */
  readonly form?: 'packed' | 'dot' | 'matrix';
  /** Bytes that a lane loads. */
  readonly loads?: number;
}

/** Straight code between labels. */
export interface Block {
  readonly instructions: readonly Instruction[];
  /** Indexes of the blocks that control may go to from here. */
  readonly to: readonly number[];
}

/** How many of each. */
export interface Mix {
  readonly total: number;
  readonly valu: number;
  readonly salu: number;
  readonly memory: number;
  readonly shared: number;
  /** Operations, not instructions. */
  readonly multiplyAdds: number;
  /** Instructions. */
  readonly packed: number;
  readonly dot: number;
  readonly matrix: number;
  /** Loads by bytes a lane, workgroup memory's too. */
  readonly loads: Readonly<Record<string, number>>;
}

export const NOTHING: Mix = {
  total: 0,
  valu: 0,
  salu: 0,
  memory: 0,
  shared: 0,
  multiplyAdds: 0,
  packed: 0,
  dot: 0,
  matrix: 0,
  loads: {},
};

export function mixOf(instructions: readonly Instruction[]): Mix {
  const count = { valu: 0, salu: 0, memory: 0, shared: 0, packed: 0, dot: 0, matrix: 0 };
  const loads: Record<string, number> = {};
  let multiplyAdds = 0;
  for (const { kind, form, loads: bytes, multiplyAdds: done = 0 } of instructions) {
    count[kind]++;
    if (form) count[form]++;
    multiplyAdds += done;
    if (bytes) loads[bytes] = (loads[bytes] ?? 0) + 1;
  }
  return { total: instructions.length, ...count, multiplyAdds, loads };
}

const COUNTS = ['total', 'valu', 'salu', 'memory', 'shared', 'multiplyAdds', 'packed', 'dot', 'matrix'] as const;

/** `sum` and `times` times `more`. */
export function plus(sum: Mix, more: Mix, times = 1): Mix {
  const loads: Record<string, number> = { ...sum.loads };
  for (const [bytes, count] of Object.entries(more.loads)) loads[bytes] = (loads[bytes] ?? 0) + times * count;
  const counts = Object.fromEntries(COUNTS.map((name) => [name, sum[name] + times * more[name]]));
  return { ...sum, ...counts, loads };
}
