/** A kernel as its file describes it, and a set of them. Plain data: nothing here runs a kernel author's code. */
import type { AccumulatorFormat, ActivationFormat, Layout, OutputFormat, WeightFormat } from '../gemm/problem.ts';
import type { Expression } from './expression.ts';

/** One tile dimension: what it is unless somebody chooses, what it may be, and why not more. */
export interface Dimension {
  readonly default: number;
  /** Allowed values, ascending. */
  readonly values: readonly number[];
  /** Where the device or the threads decide it: what it is instead of the default, if it is one of `values`. */
  readonly follows?: Expression | undefined;
  readonly because: string;
}

/** A shape the kernel is not for: it serves a problem only where the condition holds. */
export interface Condition {
  readonly unless: Expression;
  readonly because: string;
}

export interface Kernel {
  readonly name: string;
  /** The one idea of this file, in one line. */
  readonly technique: string;
  readonly formats: {
    readonly w: readonly WeightFormat[];
    readonly a: readonly ActivationFormat[];
    /** Accumulators the kernel may stand for: a more precise one than asked is allowed. */
    readonly acc: readonly AccumulatorFormat[];
    readonly out: readonly OutputFormat[];
  };
  readonly layouts: readonly Layout[];
  readonly batched: boolean;
  readonly grouped: boolean;
  readonly bias: boolean;
  readonly tile: { readonly m: Dimension; readonly n: Dimension; readonly k: Dimension };
  readonly thread: { readonly m: Dimension; readonly n: Dimension };
  /** Invocations in x and y, in terms of the tile and thread sizes. */
  readonly workgroup: readonly [Expression, Expression];
  /** Bytes of workgroup memory, in the same terms. */
  readonly workgroupBytes: Expression;
  /** WebGPU device features the kernel's text needs. */
  readonly requires: readonly string[];
  /** Operands that reach the kernel as textures instead of storage buffers. */
  readonly textures: readonly ('a' | 'b')[];
  readonly serves: readonly Condition[];
  /** Path for messages, e.g. `kernels/naive.wgsl`. */
  readonly file: string;
  /** The file's text after its front matter, with LF line ends. */
  readonly body: string;
  /** Hash of the whole file's text, with LF line ends and without a byte order mark. */
  readonly hash: string;
}

/** Kernels of one folder or git ref. */
export interface KernelSet {
  /** Where they came from, for messages: a folder, or `<ref>:kernels`. */
  readonly origin: string;
  /** In order of name. */
  readonly kernels: readonly Kernel[];
}

/** A kernel file that cannot be used, or a set without what was asked of it. The message has file, line and remedy. */
export class KernelError extends Error {
  readonly file: string | undefined;
  readonly line: number | undefined;
  constructor(message: string, at: { readonly file?: string; readonly line?: number } = {}) {
    super(message);
    this.name = 'KernelError';
    this.file = at.file;
    this.line = at.line;
  }
}
