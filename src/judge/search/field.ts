/**
 * Candidates measured in the same processes: ln seconds = level of (candidate, GEMM) + effect of the process + noise. The process
 * effect (a slow machine, drift) is estimated and removed, so that candidates are compared within processes. The remaining noise
 * is pooled over candidates, so that it is known before any single candidate has many processes.
 */

import { median } from '../../stats/centre.ts';
import { levelOf, scaleOf } from '../../stats/level.ts';

/** One GEMM of one candidate in one process. Candidates and GEMMs are numbered from 0. */
export interface Observation {
  readonly candidate: number;
  readonly gemm: number;
  readonly process: number;
  /** Seconds per launch. */
  readonly seconds: number;
}

export interface Entry {
  /** ln seconds with the process's effect taken out, by process. */
  readonly values: ReadonlyMap<number, number>;
  readonly level: number;
}

export interface Field {
  /** By candidate, then GEMM; a pair never measured has no values and level NaN. */
  readonly entries: readonly (readonly Entry[])[];
  /** Residuals of each GEMM, scaled to the size of noise about the true level. */
  readonly residuals: readonly (readonly number[])[];
  /** Standard deviation within a mode, by GEMM. */
  readonly scales: readonly number[];
}

/** Rounds of alternating between levels and process effects; differences are far below the noise after three. */
const ROUNDS = 4;

/**
 * Fits levels and process effects. Robust on both sides: a process effect is the median over all it visited.
 *
 * @throws RangeError for invalid times
 */
export function fitField(observations: readonly Observation[], candidates: number, gemms: number): Field {
  const wrong = observations.find(({ seconds }) => !(seconds > 0 && Number.isFinite(seconds)));
  if (wrong) throw new RangeError(`a time must be positive, got ${wrong.seconds}`);
  const logs = observations.map((one) => ({ ...one, value: Math.log(one.seconds) }));
  const cells = cellsOf(logs, candidates, gemms);
  const byProcess = new Map<number, Logged[]>();
  for (const one of logs) byProcess.set(one.process, [...(byProcess.get(one.process) ?? []), one]);
  let effects: ReadonlyMap<number, number> = new Map();
  let scales = new Array<number>(gemms).fill(Number.POSITIVE_INFINITY);
  let levels = cells.map((row) => row.map((cell) => median(cell.map(({ value }) => value))));
  for (let round = 0; round < ROUNDS; round++) {
    effects = effectsOf(byProcess, levels);
    const rest = residualsOf(cells, effects, levels);
    scales = rest.map(scaleOf);
    levels = cells.map((row) =>
      row.map((cell, gemm) =>
        levelOf(
          cell.map((one) => one.value - (effects.get(one.process) ?? 0)),
          scales[gemm] ?? 0,
        ),
      ),
    );
  }
  return {
    entries: cells.map((row, candidate) =>
      row.map((cell, gemm) => ({
        values: new Map(cell.map((one) => [one.process, one.value - (effects.get(one.process) ?? 0)])),
        level: levels[candidate]?.[gemm] ?? Number.NaN,
      })),
    ),
    residuals: residualsOf(cells, effects, levels),
    scales,
  };
}

type Logged = Observation & { readonly value: number };
type Cells = readonly (readonly (readonly Logged[])[])[];

function cellsOf(logs: readonly Logged[], candidates: number, gemms: number): Cells {
  const cells = Array.from({ length: candidates }, () => Array.from({ length: gemms }, (): Logged[] => []));
  for (const one of logs) cells[one.candidate]?.[one.gemm]?.push(one);
  return cells;
}

/** Median over a process's observations, about 0 over all processes: only differences between processes mean anything. */
function effectsOf(
  byProcess: ReadonlyMap<number, readonly Logged[]>,
  levels: readonly (readonly number[])[],
): Map<number, number> {
  const raw = [...byProcess].map(([process, all]) => {
    const rest = all.map(({ candidate, gemm, value }) => value - (levels[candidate]?.[gemm] ?? value));
    return [process, median(rest)] as const;
  });
  const centre = median(raw.map(([, effect]) => effect));
  return new Map(raw.map(([process, effect]) => [process, effect - centre]));
}

/** Residuals about a level fitted to n observations are too small by a factor √((n−1)/n) on average: corrected here. */
function residualsOf(cells: Cells, effects: ReadonlyMap<number, number>, levels: readonly (readonly number[])[]) {
  const gemms = levels[0]?.length ?? 0;
  return Array.from({ length: gemms }, (_, gemm) =>
    cells.flatMap((row, candidate) => {
      const cell = row[gemm] ?? [];
      const level = levels[candidate]?.[gemm] ?? 0;
      const stretch = cell.length > 1 ? Math.sqrt(cell.length / (cell.length - 1)) : 0;
      return stretch === 0 ? [] : cell.map((one) => stretch * (one.value - (effects.get(one.process) ?? 0) - level));
    }),
  );
}
