/** The findings of `check`, for the report and `check --json`: worst first, with evidence and commands. */
import { type CheckDocument, type CheckedSeries, COUNTED, type SeriesChange } from '../judge/history/check.ts';
import { change } from './si.ts';

export interface ReportedSeries extends CheckedSeries {
  /** Evidence of the verdict: size, interval, threshold, confirming run, other machines. Null without a change. */
  readonly evidence: string | null;
  /** The A/B of the two commits, or, where there was none, the run of this case alone. */
  readonly reproduce: string;
}

/** A record that is shown and not judged. */
export interface ContextRecord {
  readonly id: string;
  readonly machine: string;
  readonly reason: string;
}

export interface CheckReport extends Omit<CheckDocument, 'series'> {
  readonly series: readonly ReportedSeries[];
  readonly context: readonly ContextRecord[];
  /** Files that verdicts were appended to, with the number of findings that are new there; absent where nothing was to be. */
  readonly appended?: readonly AppendedLog[];
}

export interface AppendedLog {
  readonly file: string;
  readonly findings: number;
}

export function checkReport(document: CheckDocument, context: readonly ContextRecord[] = []): CheckReport {
  const series = document.series.map((one) => ({
    ...one,
    evidence: evidenceOf(headline(one)),
    reproduce: reproduceCommand(one),
  }));
  return {
    ...document,
    series: series.sort((a, b) => rank(a) - rank(b) || size(b) - size(a)),
    context: context.map(({ id, machine, reason }) => ({ id, machine, reason })),
  };
}

const rank = ({ verdict }: CheckedSeries) => COUNTED.indexOf(verdict);
const size = ({ ratio }: CheckedSeries) => Math.abs(Math.log(ratio ?? 1));

/** The change that a verdict refers to, if any. */
function headline({ verdict, changes }: CheckedSeries): SeriesChange | undefined {
  return verdict === 'slower' || verdict === 'faster' ? changes.at(-1) : undefined;
}

function evidenceOf(told: SeriesChange | undefined): string | null {
  if (!told) return null;
  const { ratio, interval, threshold, confirmedBy, agree, disagree, causes } = told;
  return [
    `${change(ratio - 1)} [${change(interval[0] - 1)}, ${change(interval[1] - 1)}], beyond ${change(threshold - 1)}`,
    `confirmed by ${confirmedBy}`,
    ...(agree.length > 0 ? [`also seen on ${agree.join(', ')}`] : []),
    ...(disagree.length > 0 ? [`not seen on ${disagree.join(', ')}`] : []),
    ...(causes.length > 0 ? [`changed at the same point: ${causes.join('; ')}`] : []),
  ].join('; ');
}

/** Number of points from which `unclear` is a finding; below, the series is only young. */
const ENOUGH_POINTS = 17;

/** Whether a series is listed; the others are only counted. */
export function isFinding({ verdict, points }: CheckedSeries): boolean {
  if (verdict === 'unclear') return points >= ENOUGH_POINTS;
  return verdict !== 'same' && verdict !== 'new';
}

/** Both commits hold kernels, so they can be compared on any machine that has the repository. */
function reproduceCommand(series: CheckedSeries): string {
  const suite = series.id.slice(0, Math.max(0, series.id.indexOf('/')));
  const change = headline(series);
  // Where no commit lies between, kernels cannot be compared.
  return change?.at && change.after && change.at !== change.after
    ? `shapemark compare ${change.after} ${change.at} --suite ${suite} --filter '${series.id}'`
    : `shapemark run ${suite} --filter '${series.id}'`;
}
