import type { Layout, WeightFormat } from '../../gemm/problem.ts';

/** What a file does not say, and whoever imports it does. */
export interface ImportOptions {
  /** Of the suite, and of a model. */
  readonly name?: string;
  /** Take what is understood and list the rest. */
  readonly partial?: boolean;
  /** Names of the columns of a list that does not name them, in their order. */
  readonly columns?: readonly string[];
  /** Rows of A for a list of weights. */
  readonly m?: readonly number[];
  readonly w?: WeightFormat;
  readonly a?: string;
  readonly layout?: Layout;
  /** Read what a tool calls m and n as the row-major problem of the same memory. */
  readonly columnMajor?: boolean;
  /** Tensor-parallel degree, for a list that says which dimension is shared. */
  readonly tp?: number;
}
