/** Numbers of the site as data: a CSV to download, and what the page that compares reads. */
import type { JudgedTrack } from '../judge/history/attribute.ts';
import { CSV_COLUMNS, csvText } from '../record/csv.ts';
import { MAD_TO_SIGMA, median } from '../stats/centre.ts';
import { type Atlas, byProblem, fastestFirst, kernelOf, measuredOf, noticesOf, type Place } from './atlas.ts';
import type { MachineData, RunsData } from './site/compare-data.ts';

/** The latest rows with the columns of a record's CSV, then tier and notices. */
export function csvOf(atlas: Pick<Atlas, 'notices'>, { latest, tier }: Place): string {
  const columns = Object.entries(CSV_COLUMNS);
  const rows = latest.map((one) => {
    const record = { ...one.head, cases: [] };
    const cells = columns.map(([, of]) => String(of(one.row, record) ?? ''));
    return [
      ...cells,
      tier,
      noticesOf(atlas, one)
        .map(({ text }) => text)
        .join('; '),
    ];
  });
  return csvText([[...columns.map(([name]) => name), 'tier', 'notices'], ...rows]);
}

export function machineData(place: Place): MachineData {
  const cases: [string, readonly [number, number, number, string]][] = [];
  for (const [problem, all] of byProblem(measuredOf(place))) {
    const [best] = fastestFirst(all);
    if (!best) continue;
    const { flop, summary } = best.row;
    const [low, high] = summary.intervalSeconds;
    const rates = [flop / summary.medianSeconds, flop / high, flop / low].map((rate) => Number(rate.toPrecision(5)));
    cases.push([problem, [rates[0] ?? 0, rates[1] ?? 0, rates[2] ?? 0, kernelOf(best.row)]]);
  }
  return { machine: place.machine, cases: Object.fromEntries(cases) };
}

/** The last runs only: more are in the records. */
const MOST_RUNS = 64;

export function runsData({ track }: JudgedTrack): RunsData {
  const first = Math.max(0, track.runs.length - MOST_RUNS);
  const runs = track.runs.slice(first);
  const names = track.kernels.map((kernel) => kernel.replace(/ [^ ]*$/, ''));
  const kernels = [...new Set(names)].filter((name) => name !== '');
  const ran = track.columns.map((_, column) => {
    const own = runs.map((run) => kernels.indexOf(names[run.kernels[column] ?? 0] ?? ''));
    return new Set(own).size === 1 ? (own[0] ?? -1) : own;
  });
  return {
    ...{ kernels, ran, spread: track.columns.map((_, column) => spreadOf(track, column)) },
    runs: runs.map(({ facts }) => [facts.id, facts.commit ?? '']),
    cases: track.columns.map(({ id }) => id),
    seconds: runs.map((_, run) =>
      track.columns.map((_column, column) => {
        const cost = track.cost(first + run, column);
        return Number.isNaN(cost) ? null : Number(Math.exp(cost).toPrecision(4));
      }),
    ),
  };
}

/** Fewer differences say nothing of the noise. */
const FEWEST = 6;
/** 95 % of a normal distribution lie within so many deviations. */
const WITHIN = 1.96;

/**
 * Half of the 95 % interval of one run, as ln of the time: from differences of runs that follow each other, which a change of
 * level touches once only.
 */
function spreadOf(track: JudgedTrack['track'], column: number): number | null {
  const costs = track.present(column).map((run) => track.cost(run, column));
  const differences = costs.slice(1).map((cost, i) => Math.abs(cost - (costs[i] ?? cost)));
  if (differences.length < FEWEST) return null;
  return Number(((WITHIN * MAD_TO_SIGMA * median(differences)) / Math.SQRT2).toPrecision(3));
}
