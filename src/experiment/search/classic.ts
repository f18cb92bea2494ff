/**
 * The classic method: a batch of four (hidden × d_ff)·(d_ff × hidden) GEMMs, so that d_ff is only k; widths in ascending order,
 * the baseline last, the mean of one run. It is run twice to show the noise of its ranking.
 */
import { flop } from '../../gemm/shape.ts';
import type { ClassicAnswer, ClassicRow, SearchRow } from '../../judge/search/search-document.ts';
import type { Measurement } from '../../measure/parent/measurement.ts';
import type { Case } from '../../plan/case/case.ts';
import type { SearchPlan } from '../../plan/search.ts';
import { parseSuite, type Suite } from '../../plan/suite/parse.ts';
import { mean } from '../../stats/centre.ts';
import { rankCorrelation } from '../../stats/rank-correlation.ts';

const BATCH = 4;
export const CLASSIC_RUNS = 2;

/** The suite of the classic search for the widths of ours. */
export function classicSuite({ hidden, candidates, baseline }: SearchPlan): Suite {
  const [first] = candidates[0]?.cases ?? [];
  const widths = candidates.map(({ dFf }) => dFf).filter((dFf) => dFf !== baseline);
  const { w, a, acc, out } = first?.problem.format ?? {};
  const shape = {
    phase: 'classic',
    name: 'bmm',
    ...{ batch: BATCH, m: hidden, n: hidden, k: [...widths, baseline] },
    ...{ layout: first?.problem.scale ? 'nt' : 'nn', w, a, acc, out },
    kernels: first?.kernel ?? 'best',
    operands: first?.operands ?? 'cold',
    from: 'the classic d_ff search: d_ff as k of a batch of four',
  };
  return parseSuite(JSON.stringify({ name: 'search', shapes: [shape] }), 'flags');
}

/** @param ours our ranking of the same widths */
export function classicAnswer(
  { cases }: Measurement,
  { baseline }: Pick<SearchPlan, 'baseline'>,
  ours: readonly SearchRow[],
): ClassicAnswer | null {
  const rows = cases.flatMap(({ case: item, visits }): ClassicRow[] => {
    const rates = visits.flatMap((visit) => {
      const samples = visit.result?.contenders[0]?.samples ?? [];
      return samples.length === 0 ? [] : [flop(item.problem) / mean(samples)];
    });
    return rates.length === 0 ? [] : [{ dFf: item.problem.shape.k, flopPerSecond: rates }];
  });
  const reference = rows.find(({ dFf }) => dFf === baseline);
  const ranked = rows.filter((row) => row !== reference).sort(by(0));
  const [best] = ranked;
  if (!best || !reference) return null;
  const twice = ranked.filter(({ flopPerSecond }) => flopPerSecond.length >= CLASSIC_RUNS);
  const again = new Set([...twice].sort(by(1)).slice(0, 5));
  return {
    best: best.dFf,
    baseline: reference,
    candidates: ranked,
    repeatability: rankCorrelation(
      twice.map(({ flopPerSecond }) => flopPerSecond[0] ?? 0),
      twice.map(({ flopPerSecond }) => flopPerSecond[1] ?? 0),
    ),
    topFiveAgain: twice.slice(0, 5).filter((row) => again.has(row)).length,
    bestSlower: ours.find(({ dFf }) => dFf === best.dFf)?.slower ?? null,
  };
}

/** Cases in the order of the classic loop. */
export function classicOrder(cases: readonly Case[], baseline: number): Case[] {
  const last = (item: Case) => (item.problem.shape.k === baseline ? 1 : 0);
  return [...cases].sort((x, y) => last(x) - last(y) || x.problem.shape.k - y.problem.shape.k);
}

const by = (run: number) => (one: ClassicRow, other: ClassicRow) =>
  (other.flopPerSecond[run] ?? 0) - (one.flopPerSecond[run] ?? 0);
