import type { Layout } from '../../../gemm/problem.ts';
import { SEGMENT } from '../../model/model.ts';
import { SpecError } from '../../spec/spec-error.ts';
import type { ImportOptions } from '../options.ts';

/** Shapes of a list, whatever file they stand in, on their way to a suite. */

/** One shape. What the list does not say is absent. */
export interface ListRow {
  readonly name?: string | undefined;
  readonly phase?: string | undefined;
  readonly batch?: number | undefined;
  /** Matrices A that share each B: rows of one matrix here. */
  readonly repeat?: number | undefined;
  readonly m?: number | undefined;
  /** Rows by group, in place of m. */
  readonly rows?: readonly number[] | undefined;
  readonly groups?: { readonly experts: number; readonly tokens: number; readonly topK: number } | undefined;
  readonly n: number;
  readonly k: number;
  readonly layout?: Layout | undefined;
  readonly w?: string | undefined;
  readonly a?: string | undefined;
  readonly acc?: string | undefined;
  readonly out?: string | undefined;
  readonly bias?: boolean | undefined;
  /** Line of the file, from 1. */
  readonly line: number;
}

/** A row that cannot be told, with its reason. */
export interface BadRow {
  readonly line: number;
  readonly reason: string;
}

/** The reading of one list. */
export class RowReader {
  readonly rows: ListRow[] = [];
  readonly notes = new Set<string>();
  readonly left: string[] = [];
  readonly file: string;
  readonly options: ImportOptions;

  constructor(file: string, options: ImportOptions) {
    this.file = file;
    this.options = options;
  }

  add(row: ListRow): void {
    this.rows.push(row);
  }

  /** A row that cannot be told: an error, or with `partial` one that is left out. */
  refuse({ line, reason }: BadRow): void {
    if (!this.options.partial) throw this.error(line, `${reason}; --partial leaves such rows out`);
    this.left.push(`${this.file}:${line}: ${reason}`);
  }

  /** The whole file cannot be told. */
  error(line: number | undefined, reason: string): SpecError {
    return new SpecError({ file: this.file, ...(line !== undefined && { line }) }, reason);
  }
}

/** The layout of `transA`, `transB`. */
export function layoutOf(transA: boolean, transB: boolean): string {
  return `${transA ? 't' : 'n'}${transB ? 't' : 'n'}`;
}

export interface BlasProblem {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transA: boolean;
  readonly transB: boolean;
  readonly a?: string | undefined;
  readonly b?: string | undefined;
}

/**
 * A problem of a tool that stores matrices column by column. As it is written, m, n, k and the letters mean the same product
 * C[m,n] = A·B. In the same memory, row by row, stand Cᵀ = Bᵀ·Aᵀ: m and n change places, and so do A and B.
 */
export function fromBlas({ m, n, k, transA, transB, a, b }: BlasProblem, columnMajor = false) {
  if (columnMajor) return { m: n, n: m, k, layout: layoutOf(transB, transA), a: b, w: a };
  return { m, n, k, layout: layoutOf(transA, transB), a, w: b };
}

/** What readers of a file with transposes should know. */
export function blasNote(tool: string, columnMajor = false): string {
  return columnMajor
    ? `${tool} is read as stored column by column: m and n change places, and so do A and B`
    : `m, n, k and the transposes are as ${tool} has them; a BLAS stores column by column: --column-major reads the row-major problem of the same memory`;
}

/** A name as a segment of a case id. */
export function segmentOf(text: string): string | undefined {
  const name = text
    .replace(/[^A-Za-z0-9._:@+-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .replace(/-+$/, '');
  return SEGMENT.test(name) ? name : undefined;
}
