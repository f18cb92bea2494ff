/** Our rates as fractions of PyTorch's on the same shapes: on NVIDIA's GPUs, of cuBLAS. */
import type { RunRecord } from '../../src/record/schema.ts';
import { dtypeOf, type LibraryShape } from './day.ts';

/** What pytorch.py prints. */
export interface TorchFound {
  readonly torch: string;
  /** The GPU's name, or `cpu`. */
  readonly device: string;
  readonly rows: readonly (LibraryShape & { readonly medianSeconds: number; readonly samples: number })[];
}

export interface Fraction {
  readonly id: string;
  readonly shape: { readonly m: number; readonly n: number; readonly k: number };
  /** Weights; PyTorch multiplies 4-bit weights as whole halves. */
  readonly w: string;
  readonly kernel: string;
  readonly flopPerSecond: number;
  readonly dtype: LibraryShape['dtype'];
  readonly libraryFlopPerSecond: number;
  /** Our rate / the library's. */
  readonly fraction: number;
}

/** Cases that both measured, in the order of the record. */
export function fractionsOf({ cases }: Pick<RunRecord, 'cases'>, { rows }: Pick<TorchFound, 'rows'>): Fraction[] {
  return cases.flatMap((row) => {
    if (row.status !== 'measured') return [];
    const { m, n, k } = row.shape;
    const dtype = dtypeOf(row.format.w);
    const theirs = rows.find((one) => one.m === m && one.n === n && one.k === k && one.dtype === dtype);
    if (!theirs) return [];
    const libraryFlopPerSecond = row.flop / theirs.medianSeconds;
    const { flopPerSecond } = row.summary;
    return [
      {
        id: row.id,
        shape: { m, n, k },
        w: row.format.w,
        kernel: row.kernel.name ?? row.kernel.requested,
        flopPerSecond,
        dtype,
        libraryFlopPerSecond,
        fraction: flopPerSecond / libraryFlopPerSecond,
      },
    ];
  });
}
