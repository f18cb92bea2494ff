/** A comparison as people read it and as `compare --json` prints it: one model, worst first, nothing left out. */
import type { Style } from './style.ts';

export const VERDICTS = ['failed', 'missing', 'slower', 'unclear', 'faster', 'new', 'same'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface ComparedCase {
  readonly id: string;
  readonly verdict: Verdict;
  /** Median of head time / base time over processes; null where nothing was measured on both sides. */
  readonly ratio: number | null;
  readonly interval: readonly [number, number] | null;
  /** A/A noise of as many processes; null when unknown. */
  readonly floor: number | null;
  /** Smallest slowdown that as many processes call slower 9 times in 10; null when the case's noise is unknown. */
  readonly minimalDetectableEffect: number | null;
  /** Head time / base time, one a process. */
  readonly ratios: readonly number[];
  readonly reason: string;
  /** Kernels that ran. */
  readonly kernels: { readonly base: string | null; readonly head: string | null };
  /** Worst error of either side relative to rms, where both were verified. */
  readonly errors: { readonly base: number; readonly head: number } | null;
  /** The command that measures this case again. */
  readonly reproduce: string;
}

export interface Comparison {
  readonly base: string;
  readonly head: string;
  readonly machine: string;
  readonly processes: number;
  readonly minimumEffect: number;
  readonly cases: readonly ComparedCase[];
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Kernels whose text changed and that no case ran. */
  readonly unmeasured: readonly string[];
  /** What was compared, where it is not simply two kernel sets. */
  readonly note?: string;
}

export const HEADINGS = [
  'verdict',
  'case',
  'time head/base',
  'interval',
  'A/A floor',
  'detectable',
  'processes',
  'why',
] as const;
/** What follows the numbers is as long as it is. */
const LAST = HEADINGS.length - 1;

export function countsOf(cases: readonly ComparedCase[]): Record<Verdict, number> {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const { verdict } of cases) counts[verdict]++;
  return counts;
}

/** Worst first: by verdict, then by ratio. */
export function worstFirst(cases: readonly ComparedCase[]): ComparedCase[] {
  return [...cases].sort(
    (a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || (b.ratio ?? 0) - (a.ratio ?? 0),
  );
}

export function renderComparison(comparison: Comparison, style: Style): string {
  const rows = worstFirst(comparison.cases).map(cells);
  const widths = HEADINGS.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === LAST ? cell : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const colour = (text: string, verdict: string) =>
    verdict === 'slower' || verdict === 'failed' || verdict === 'missing'
      ? style.bad(text)
      : verdict === 'unclear'
        ? style.warn(text)
        : verdict === 'faster'
          ? style.good(text)
          : text;
  return [
    style.bold(line(HEADINGS)),
    ...rows.map((row) => colour(line(row), row[0] ?? '')),
    '',
    summaryLine(comparison),
    ...noteLines(comparison),
    ...reproduceLines(comparison),
    '',
  ].join('\n');
}

export function renderComparisonMarkdown(comparison: Comparison): string {
  const rows = worstFirst(comparison.cases).map(cells);
  const row = (values: readonly string[]) => `| ${values.map((value) => value.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    `**${summaryLine(comparison)}**`,
    '',
    row(HEADINGS),
    '|--|--|--:|--|--:|--:|--:|--|',
    ...rows.map(row),
    '',
    ...noteLines(comparison).map((line) => `${line}  `),
    ...fenced(reproduceLines(comparison)),
    '',
  ].join('\n');
}

function cells(compared: ComparedCase): string[] {
  const { verdict, id, ratio, interval, floor, ratios, reason, kernels, errors } = compared;
  const { minimalDetectableEffect: detectable } = compared;
  const picked = kernels.base === kernels.head ? kernels.head : `${kernels.base ?? 'none'} → ${kernels.head ?? 'none'}`;
  const accuracy =
    errors && errors.head > 2 * errors.base
      ? `; error grew from ${errors.base.toExponential(1)} to ${errors.head.toExponential(1)}`
      : '';
  return [
    verdict,
    `${id.replace(/\/kernel=best$/, '')}${picked === null ? '' : ` (${picked})`}`,
    ratio === null ? '' : ratio.toFixed(3),
    interval === null ? '' : `${interval[0].toFixed(3)}…${interval[1].toFixed(3)}`,
    floor === null ? '' : `${(floor * 100).toFixed(1)} %`,
    detectable === null ? '' : `${(detectable * 100).toFixed(1)} %`,
    ratios.length === 0 ? '' : String(ratios.length),
    reason + accuracy,
  ];
}

function summaryLine({ counts, base, head, minimumEffect, machine }: Comparison): string {
  const found = VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => `${counts[verdict]} ${verdict}`);
  return `${head} against ${base} on ${machine}: ${found.join(', ') || 'nothing compared'} (effects from ${minimumEffect * 100} % up)`;
}

function noteLines({ unmeasured, note, cases }: Comparison): string[] {
  const shown = cases.some(({ minimalDetectableEffect }) => minimalDetectableEffect !== null);
  return [
    ...(note === undefined ? [] : [note]),
    ...(unmeasured.length === 0 ? [] : [`changed, but run by no case of this suite: ${unmeasured.join(', ')}`]),
    ...(shown ? ['detectable: the slowdown that as many processes call slower 9 times in 10'] : []),
  ];
}

/** For every verdict that somebody may want to look into. */
function reproduceLines({ cases }: Comparison): string[] {
  const worth = worstFirst(cases).filter(({ verdict }) => verdict !== 'same');
  return worth.length === 0 ? [] : ['', 'again:', ...worth.map(({ reproduce }) => `  ${reproduce}`)];
}

function fenced(lines: readonly string[]): string[] {
  const [blank, title, ...commands] = lines;
  if (blank === undefined || title === undefined) return [];
  return [blank, title, '', '```sh', ...commands.map((line) => line.trim()), '```'];
}
