/** What the hot loops of some picks must be made of, by phase of suite.yaml. */
import type { InspectionRow } from '../../src/record/inspection.ts';

export type CompiledRow = Extract<InspectionRow, { status: 'compiled' }>;
type Loop = NonNullable<CompiledRow['loop']>;

export interface Claim {
  readonly what: string;
  /** Of one turn of the loop nest of a thread that has so many weights in it. */
  of(loop: Loop, weights: number): number;
  /** Whether a larger figure is better. */
  readonly more: boolean;
  readonly must: number;
  readonly aim: number;
  /** GPUs that the claim is made for. */
  readonly gpus: readonly string[];
}

export const CLAIMS: Readonly<Record<string, Claim>> = {
  tile: {
    what: 'multiply-adds an instruction',
    of: ({ multiplyAdds, instructions }) => multiplyAdds / instructions,
    more: true,
    must: 0.75,
    aim: 0.85,
    gpus: ['navi31', 'tgl'],
  },
  packed: {
    what: 'packed multiply-adds of all instructions',
    of: ({ packed, instructions }) => packed / instructions,
    more: true,
    must: 0.5,
    aim: 0.7,
    gpus: ['navi31'],
  },
  matrix: {
    what: 'products of matrices of all instructions',
    of: ({ matrix, instructions }) => matrix / instructions,
    more: true,
    must: 0.14,
    aim: 0.2,
    gpus: ['navi31'],
  },
  fed: {
    what: 'products of matrices of all instructions',
    of: ({ matrix, instructions }) => matrix / instructions,
    more: true,
    must: 0.06,
    aim: 0.1,
    gpus: ['navi31'],
  },
  'one-row': {
    what: 'instructions a weight',
    of: ({ instructions }, weights) => instructions / weights,
    more: false,
    must: 2.5,
    aim: 1.5,
    gpus: ['navi31'],
  },
  dots: {
    what: 'dots of arithmetic instructions',
    of: ({ dot, valu }) => dot / valu,
    more: true,
    must: 0.3,
    aim: 0.5,
    gpus: ['navi31'],
  },
};

export const CLAIMED_GPUS = [...new Set(Object.values(CLAIMS).flatMap(({ gpus }) => gpus))];
