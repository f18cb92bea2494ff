/**
 * A program: one kernel, specialised for one problem on one device, as plain data. It is sent from parent to worker in a message,
 * so it has no functions and no classes.
 */

/** Per-workgroup tile in elements of m, n, k: WGSL `TILE_M`, `TILE_N`, `TILE_K`. */
export interface Tile {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Per-thread tile in elements: WGSL `THREAD_M`, `THREAD_N`. */
export interface Thread {
  readonly m: number;
  readonly n: number;
}

/** Sizes that override the defaults. */
export interface Choice {
  readonly tile?: Some<Tile> | undefined;
  readonly thread?: Some<Thread> | undefined;
}

type Some<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Bind group 0. The number is the WGSL `@binding`. */
export const BINDINGS = { problem: 0, a: 1, b: 2, c: 3, scales: 4, bias: 5, tiles: 6, aScales: 7 } as const;
export type Binding = keyof typeof BINDINGS;

/** Bytes of a texel of an operand that is bound as a texture. */
export const TEXEL_BYTES = 16;

/** An operand bound as a texture: its buffer's bytes, 16 a texel, `columns` texels a row. */
export interface TexturedOperand {
  readonly operand: 'a' | 'b';
  readonly columns: number;
  /** Whether texels are four u32 words (packed formats) instead of four f32. */
  readonly words: boolean;
}

/** One dispatch of a launch, of which there are several where operands lie in panels (gemm/panels.ts). */
export interface PanelDispatch {
  /** Contents of the `problem` uniform, except word 7, which the engine sets to the tensor scale (f32 bits). */
  readonly uniform: readonly number[];
  /** The tile table of a grouped GEMM: per m-tile {matrix, row, row_end, 0}; absent otherwise. */
  readonly tiles?: readonly number[];
  readonly workgroups: readonly [number, number, number];
}

export interface Program extends PanelDispatch {
  /** Kernel name. */
  readonly kernel: string;
  /** Hash of the kernel's source file (front matter included). */
  readonly kernelHash: string;
  /** Prelude and body: the exact text handed to the compiler. Entry point `main`. */
  readonly code: string;
  /** Lines of the prelude, and where the line after them is written; absent in what another version of the harness sends. */
  readonly written?: { readonly prelude: number; readonly file: string; readonly line: number };
  readonly tile: Tile;
  readonly thread: Thread;
  readonly workgroup: readonly [number, number];
  /** Bindings the program declares; the engine binds exactly these. */
  readonly bindings: readonly Binding[];
  /** WebGPU device features the program needs. */
  readonly features: readonly string[];
  /** Where operands exceed one binding of the device: a dispatch for each panel, in order. The program's own is then the first. */
  readonly panels?: readonly PanelDispatch[];
  /** Operands bound as textures instead of storage buffers. */
  readonly textures?: readonly TexturedOperand[];
}

/** Whether it multiplies on matrix units, which have their own peak. */
export function onMatrixUnits({ features }: Pick<Program, 'features'>): boolean {
  return features.includes('chromium-experimental-subgroup-matrix');
}
