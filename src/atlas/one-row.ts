/** How many rows meet one matrix of weights, and what counts as one: the same on every page. */
import type { Row } from '../record/row.ts';

/** As pages that have the word explain it. */
export const ONE_ROW_TEXT =
  'One row: m is 1; of a mixture of experts, one token, whose row goes to each of the experts that it chooses. Two tokens are two rows, even where no expert gets both.';

type Sized = Pick<Row, 'id' | 'shape'>;

/** Rows of A, or the tokens that are shared out among experts. */
export function rowsOf({ id, shape }: Sized): number {
  const tokens = /\/groups=\d+x\d+t(\d+)/.exec(id)?.[1];
  return tokens === undefined ? shape.m : Number(tokens);
}

export const isOneRow = (row: Sized): boolean => rowsOf(row) === 1;

/** Operands that no cache holds, as weights of a model that is read once a token. */
export const isCold = ({ operands }: Pick<Row, 'operands'>): boolean => operands.mode === 'cold';
