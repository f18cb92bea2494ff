/** What the hot loops of some picks must be made of, by phase of suite.yaml. */
import type { InspectionRow } from '../../src/record/beside/inspection.ts';

export type CompiledRow = Extract<InspectionRow, { status: 'compiled' }>;
type Loop = NonNullable<CompiledRow['loop']>;

export interface Claim {
  readonly what: string;
  /** Of one turn of the loop nest of a thread that has so many weights in it. */
  of(loop: Loop, weights: number): number;
  /** Whether a larger figure is better. */
  readonly more: boolean;
  /** By GPU that the claim is made for. */
  readonly on: Readonly<Record<string, { readonly must: number; readonly aim: number }>>;
}

const A_WEIGHT: Omit<Claim, 'on'> = {
  what: 'instructions a weight',
  of: ({ instructions }, weights) => instructions / weights,
  more: false,
};

export const CLAIMS: Readonly<Record<string, Claim>> = {
  tile: {
    what: 'multiply-adds an instruction',
    of: ({ multiplyAdds, instructions }) => multiplyAdds / instructions,
    more: true,
    // On Tiger Lake more than tfjs (0.49) and jax-js (0.48): `npm run bench:peers -- --inspect --gpu tgl --shapes 1024x1024x1024`.
    on: { navi31: { must: 0.75, aim: 0.85 }, tgl: { must: 0.5, aim: 0.75 } },
  },
  packed: {
    what: 'packed multiply-adds of all instructions',
    of: ({ packed, instructions }) => packed / instructions,
    more: true,
    on: { navi31: { must: 0.5, aim: 0.7 } },
  },
  matrix: {
    what: 'products of matrices of all instructions',
    of: ({ matrix, instructions }) => matrix / instructions,
    more: true,
    on: { navi31: { must: 0.14, aim: 0.2 } },
  },
  fed: {
    what: 'products of matrices of all instructions',
    of: ({ matrix, instructions }) => matrix / instructions,
    more: true,
    on: { navi31: { must: 0.06, aim: 0.1 } },
  },
  'one-row': { ...A_WEIGHT, on: { navi31: { must: 2.5, aim: 1.5 } } },
  // Twice as many scales, two operations each: four more for 32 weights.
  'one-row-blocks-of-16': { ...A_WEIGHT, on: { navi31: { must: 2.625, aim: 1.625 } } },
  dots: {
    what: 'dots of arithmetic instructions',
    of: ({ dot, valu }) => dot / valu,
    more: true,
    on: { navi31: { must: 0.3, aim: 0.5 } },
  },
};
