import type { Groups, Layout } from '../../gemm/problem.ts';
import type { Part } from './model.ts';

/** What a pass through a model is, and the GEMMs it consists of. */

/** One pass through a model. */
export type Pass =
  | { readonly phase: 'decode'; readonly batch: number; readonly context: number }
  | { readonly phase: 'prefill' | 'train'; readonly batch: number; readonly sequence: number };

export type PhaseName = Pass['phase'];

/** Rows of A by expert, and the compact form they take in a case id. */
export interface GroupSpec {
  readonly groups: Groups;
  readonly label: string;
}

/** One GEMM of a pass: C[m,n] = A[m,k]·B[k,n], `count` times. */
export interface ModelGemm {
  readonly name: string;
  /** `activations` when B is no weight but a key or value cache, or when it is a weight gradient. */
  readonly part: Part | 'activations';
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly layout: Layout;
  readonly group?: GroupSpec;
  readonly count: number;
  readonly bias: boolean;
  /** Note in the case's `from` if the GEMM is an approximation. */
  readonly note?: string;
  /** Whether k is a shard of a longer dimension: block scales must not straddle its ends. */
  readonly kSharded?: boolean;
  /** Likewise n, where a scale covers several columns. */
  readonly nSharded?: boolean;
}

/** A GEMM that cannot be formed on this many ranks. */
export interface GemmSkip {
  readonly name: string;
  readonly reason: string;
}

/** Tokens that enter a pass. */
export function passTokens(pass: Pass): number {
  return pass.phase === 'decode' ? pass.batch : pass.batch * pass.sequence;
}

/** Rows of lm_head: the last token of each sequence, or every token in training. */
export function passLogits(pass: Pass): number {
  return pass.phase === 'train' ? passTokens(pass) : pass.batch;
}

/** Latent attention is absorbed into the latent space when decoding, where the cache is the cost; naive otherwise. */
export function latentForm(pass: Pass): 'naive' | 'absorbed' {
  return pass.phase === 'decode' ? 'absorbed' : 'naive';
}

/** Names include the degree if a rank holds only a part, because ids have no key for it. */
export function rankName(name: string, degree: number, sharded: boolean, kind: 'tp' | 'ep' = 'tp'): string {
  return degree > 1 && sharded ? `${name}@${kind}${degree}` : name;
}
