/** A kernel as its file describes it, and a set of them. Plain data: nothing here runs a kernel author's code. */
import type { AccumulatorFormat, ActivationFormat, Layout, OutputFormat, WeightFormat } from '../../gemm/problem.ts';
import type { Choice } from '../program.ts';
import type { Expression } from './expression.ts';

/** One tile dimension: default, allowed values, and the reason. */
export interface Dimension {
  readonly default: number;
  /** Allowed values, ascending. */
  readonly values: readonly number[];
  /** Derived from the device or the threads: used instead of the default, if it is one of `values`. */
  readonly derived?: Expression | undefined;
  readonly because: string;
}

/** The kernel serves a problem only where this holds. */
export interface Condition {
  readonly if: Expression;
  readonly because: string;
}

/** `best` tries kernels in the order of their ranks, lowest first, then by name. */
export interface Preference {
  /** Always, if left out. */
  readonly if?: Expression | undefined;
  readonly rank: number;
  readonly because: string;
}

/** Sizes other than the defaults that `best` takes where the condition holds; the first such cut counts. */
export interface Cut extends Choice {
  readonly if: Expression;
  readonly because: string;
}

/** The kernel may serve as a reference for others, after being compared with f64. */
export interface Vouching {
  /** Order among references, lowest first; `small` for cases in which a slow kernel takes at most a second. */
  readonly rank: number;
  readonly small?: number | undefined;
  /** Whether sampled f64 points suffice to verify the kernel itself. */
  readonly itself: boolean;
}

export interface Kernel {
  readonly name: string;
  /** The technique, in one line. */
  readonly technique: string;
  /** The kernel that it extends. */
  readonly buildsOn?: string | undefined;
  readonly formats: {
    readonly w: readonly WeightFormat[];
    readonly a: readonly ActivationFormat[];
    /** Accumulators that a case may ask for; the kernel may be more precise. */
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
  /** Those that it uses where the device has them. */
  readonly uses: readonly string[];
  /** Operands that reach the kernel as textures instead of storage buffers. */
  readonly textures: readonly ('a' | 'b')[];
  readonly only: readonly Condition[];
  /** Most threads of a workgroup, whatever the device allows. */
  readonly mostThreads: number;
  readonly preferred: readonly Preference[];
  readonly cuts: readonly Cut[];
  readonly vouches?: Vouching | undefined;
  /** Path for messages, e.g. `kernels/naive.wgsl`. */
  readonly file: string;
  /** The file's text after its front matter, with LF line ends. */
  readonly body: string;
  /** Line of the file that the body begins on, from 1. */
  readonly bodyLine: number;
  /**
   * Hash of the whole file's text, with LF line ends and without a byte order mark; and of the name where the file holds
   * several kernels.
   */
  readonly hash: string;
}

/** Kernels of one folder or git ref. */
export interface KernelSet {
  /** Where they came from, for messages: a folder, or `<ref>:kernels`. */
  readonly origin: string;
  /** In order of name. */
  readonly kernels: readonly Kernel[];
}

/** An invalid kernel file or set. The message has file, line and remedy. */
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
