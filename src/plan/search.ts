import type { Format } from '../gemm/problem.ts';
import type { Case } from './case/case.ts';
import type { Model } from './model/model.ts';
import { SpecError } from './spec/spec-error.ts';
import { dFfCandidates, type Neighbourhood } from './suite/axis.ts';
import { parseSuite, type Suite } from './suite/parse.ts';
import type { ShapeEntry } from './suite/schema.ts';

/** A search for d_ff: which widths, and which GEMMs of each. */

/** A search as flags ask for it. */
export interface SearchRequest {
  readonly hidden: number;
  /** Ratio to hidden, `8/3`; its baseline is floor(ratio · hidden). */
  readonly around: string | number;
  readonly distance: number;
  readonly step: number;
  /** Instead of the neighbourhood of the baseline: every multiple of step from … to. */
  readonly range?: { readonly from: number; readonly to: number };
  readonly tokens: number;
  readonly gated: boolean;
  /** Gate and up in one GEMM of n = 2·d_ff, or two of n = d_ff. */
  readonly gateUp: 'fused' | 'separate';
  readonly w: Format['w'];
  readonly a?: Format['a'];
  readonly acc?: Format['acc'];
  readonly out?: Format['out'];
  readonly kernel: string;
  readonly operands: 'cold' | 'hot';
  readonly experts?: { readonly total: number; readonly active: number; readonly routing: 'uniform' | 'skewed' };
}

/** One GEMM of the MLP. */
export interface SearchGemm {
  readonly name: string;
  /** `up` projects to d_ff (gate included), `down` back from it. */
  readonly role: 'up' | 'down';
  /** Columns of n for each unit of d_ff: 2 when gate and up are fused. */
  readonly width: 1 | 2;
  /** How often a pass runs it. */
  readonly times: number;
}

export interface SearchCandidate {
  readonly dFf: number;
  /** Weights of one MLP (of one expert): 3·hidden·d_ff when gated, else 2. */
  readonly parameters: number;
  /** By GEMM. */
  readonly cases: readonly Case[];
}

export interface SearchPlan {
  readonly suite: Suite;
  readonly hidden: number;
  readonly gated: boolean;
  readonly gemms: readonly SearchGemm[];
  /** floor(ratio · hidden): always a candidate, and what the others are compared with. */
  readonly baseline: number;
  /** Ascending in d_ff. */
  readonly candidates: readonly SearchCandidate[];
}

/** The MLP that a search is about. */
export interface Mlp {
  readonly hidden: number;
  readonly around: string;
  readonly gated: boolean;
  readonly experts?: { readonly total: number; readonly active: number };
}

/** The MLP of a model, searched around the width it has; that of one expert where it has experts. */
export function mlpOf({ hidden, d_ff, gated, experts }: Model): Mlp {
  const around = `${experts?.d_ff ?? d_ff}/${hidden}`;
  return { hidden, around, gated, ...(experts && { experts: { total: experts.total, active: experts.active } }) };
}

/** The widths a request asks for, the baseline among them. */
export function widthsOf(request: SearchRequest): ReturnType<typeof dFfCandidates> {
  const { range, step } = request;
  if (!range) return dFfCandidates(request);
  const { baseline } = dFfCandidates({ ...request, distance: 0 });
  const widths = new Set([baseline]);
  for (let dFf = Math.ceil(range.from / step) * step; dFf <= range.to; dFf += step) widths.add(dFf);
  return { baseline, candidates: [...widths].sort((one, other) => one - other) };
}

/** The suite equivalent to the flags. */
export function suiteFromRequest(request: SearchRequest): { suite: Suite; gemms: readonly SearchGemm[] } {
  const { hidden, tokens, w, a, acc, out, kernel, operands, experts, gated } = request;
  const { candidates } = widthsOf(request);
  const gemms = gemmsFor(request);
  const rows = experts
    ? { groups: { experts: experts.total, topK: experts.active, tokens, routing: experts.routing } }
    : { m: tokens };
  const from = `d_ff near ${request.around} · ${hidden}, ${gated ? 'gated' : 'ungated'}`;
  const shapes = gemms.map(({ name, role, width }) => {
    const sizes = candidates.map((dFf) => dFf * width);
    return {
      phase: 'mlp',
      name,
      ...rows,
      ...(role === 'up' ? { n: sizes, k: hidden } : { n: hidden, k: sizes }),
      from,
    };
  });
  const defaults = { layout: 'nt', w, a, acc, out, kernels: kernel, operands };
  return { suite: parseSuite(JSON.stringify({ name: 'search', defaults, shapes }), 'flags'), gemms };
}

function gemmsFor({ gated, gateUp, experts }: SearchRequest): readonly SearchGemm[] {
  const prefix = experts ? 'expert_' : '';
  const fused = gated && gateUp === 'fused';
  return [
    {
      name: `${prefix}${fused ? 'gate_up' : 'up'}`,
      role: 'up',
      width: fused ? 2 : 1,
      // Gate and up are two GEMMs of one shape: measured once.
      times: gated && !fused ? 2 : 1,
    },
    { name: `${prefix}down`, role: 'down', width: 1, times: 1 },
  ];
}

interface Side {
  readonly entry: ShapeEntry;
  readonly gemm: SearchGemm;
  readonly search: Neighbourhood;
}

/**
 * Extracts a search from a suite: the entries whose n (gate, up) or k (down) is the neighbourhood of a ratio.
 *
 * @throws SpecError when the suite has not both, or they are about different widths
 */
export function searchInSuite(suite: Suite): {
  readonly gemms: readonly SearchGemm[];
  readonly hidden: number;
  readonly baseline: number;
  readonly gated: boolean;
} {
  const sides = suite.shapes.flatMap((entry) => sideOf(entry) ?? []);
  const ups = sides.filter(({ gemm }) => gemm.role === 'up');
  const [first] = sides;
  if (!first || ups.length === 0 || ups.length === sides.length) {
    throw new SpecError(
      suite,
      'is not a search: it needs a shape with `n: {around, hidden, distance, step}` (gate and up) and one with `k: {…}` (down); or use --model, or --hidden and --around',
    );
  }
  const key = ({ search }: Side) => JSON.stringify([search.around, search.hidden, search.distance, search.step]);
  const other = sides.find((side) => key(side) !== key(first));
  if (other)
    throw new SpecError(
      suite,
      `${other.entry.name} and ${first.entry.name} search different widths; make them the same`,
    );
  const { baseline } = dFfCandidates(first.search);
  const columns = ups.reduce((sum, { gemm }) => sum + gemm.width, 0);
  return { gemms: sides.map(({ gemm }) => gemm), hidden: first.search.hidden, baseline, gated: columns > 1 };
}

function sideOf(entry: ShapeEntry): Side | undefined {
  const { n, k, name } = entry;
  const around = (axis: ShapeEntry['n']) =>
    typeof axis === 'object' && !Array.isArray(axis) && 'around' in axis ? axis : undefined;
  const [up, down] = [around(n), around(k)];
  if (up) return { entry, search: up, gemm: { name, role: 'up', width: up.times === 2 ? 2 : 1, times: 1 } };
  if (down) return { entry, search: down, gemm: { name, role: 'down', width: 1, times: 1 } };
  return undefined;
}

/**
 * Puts the cases of each width together.
 *
 * @param cases of the suite, filtered
 * @throws SpecError when a width has two cases for one GEMM (several formats, kernels or token counts) or lacks one
 */
export function planSearch(
  suite: Suite,
  cases: readonly Case[],
  { gemms, hidden, baseline, gated }: Pick<SearchPlan, 'gemms' | 'hidden' | 'baseline' | 'gated'>,
): SearchPlan {
  const byWidth = new Map<number, Map<string, Case>>();
  for (const item of cases) {
    const gemm = gemms.find(({ name }) => name === item.name);
    if (!gemm) continue;
    const { n, k } = item.problem.shape;
    const dFf = gemm.role === 'up' ? n / gemm.width : k;
    const known = byWidth.get(dFf) ?? new Map<string, Case>();
    const twin = known.get(gemm.name);
    if (twin)
      throw new SpecError(suite, `asks for both ${twin.id} and ${item.id}; search takes one of them: add --filter`);
    byWidth.set(dFf, known.set(gemm.name, item));
  }
  const candidates = [...byWidth].map(([dFf, found]) => ({
    dFf,
    parameters: hidden * dFf * (gated ? 3 : 2),
    cases: gemms.map(({ name }) => found.get(name) ?? missing(suite, name, dFf)),
  }));
  if (!byWidth.has(baseline))
    throw new SpecError(suite, `has no case for the baseline d_ff ${baseline}; widen the filter`);
  return { suite, hidden, gated, gemms, baseline, candidates: candidates.sort((x, y) => x.dFf - y.dFf) };
}

function missing(suite: Suite, name: string, dFf: number): never {
  throw new SpecError(suite, `has no case of ${name} for d_ff ${dFf}; widen the filter`);
}
