/** What `bisect` did and found, for a terminal; `bisect --json` prints the same document. */
import type { ComparedCase, Verdict } from './comparison.ts';
import type { Style } from './style.ts';

export interface BisectedCommit {
  readonly sha: string;
  readonly subject: string;
}

/** One comparison of the good end with a commit. */
export interface BisectStep extends BisectedCommit {
  readonly side: 'good' | 'bad' | 'untestable';
  /** Null where nothing had to be measured, or nothing could. */
  readonly verdict: Verdict | null;
  readonly ratio: number | null;
  readonly interval: readonly [number, number] | null;
  readonly processes: number;
  /** 2 when the first attempt was unclear and more processes were spent. */
  readonly attempts: number;
  readonly reason: string;
}

export interface Bisected {
  readonly good: string;
  readonly bad: string;
  readonly machine: string;
  /** The case that was followed, and what is wrong with it at the bad end. */
  readonly case: string;
  readonly verdict: Verdict;
  readonly ratio: number | null;
  /** What counts as the bad side: half of the whole change, in log. A relative difference; null for failures. */
  readonly threshold: number | null;
  /** First-parent commits between the ends that touch kernels. */
  readonly commits: number;
  readonly steps: readonly BisectStep[];
  /** The first bad commit; null when untestable commits hide it. */
  readonly culprit: BisectedCommit | null;
  /** The commits that it must be one of, oldest first. */
  readonly candidates: readonly BisectedCommit[];
  /** The commit before them against the last of them. */
  readonly evidence: ComparedCase;
  /** Whether that evidence alone shows the change. */
  readonly confirmed: boolean;
}

export function renderStep(step: BisectStep, style: Style): string {
  const { sha, subject, side, verdict, processes, attempts, reason } = step;
  const paint = side === 'bad' ? style.bad : side === 'good' ? style.good : style.warn;
  const measured = verdict === null ? '' : ` ${verdict}${sizeText(step)}, ${processes} processes`;
  const again = attempts > 1 ? ', asked again with more' : '';
  return `${paint(side.padEnd(10))} ${sha.slice(0, 10)} ${subject}\n           ${measured.trim()}${again}${measured === '' ? '' : ': '}${reason}\n`;
}

export function renderBisected(bisected: Bisected, style: Style): string {
  const { culprit, candidates, evidence, confirmed, steps, commits } = bisected;
  const name = ({ sha, subject }: BisectedCommit) => `${sha} ${subject}`;
  const found = culprit
    ? [style.bold(`first bad commit: ${name(culprit)}`)]
    : [
        style.warn(`one of these ${candidates.length} commits; those before the last could not be tested:`),
        ...candidates.map((commit) => `  ${name(commit)}`),
      ];
  const doubt = confirmed
    ? []
    : [style.warn('by itself this step does not show the change: it came bit by bit, or not from a kernel’s text')];
  const floor = evidence.floor === null ? '' : `, A/A floor ${(100 * evidence.floor).toFixed(1)} %`;
  return [
    '',
    ...found,
    `  ${bisected.case}`,
    `  ${evidence.verdict}${sizeText(evidence)}${floor}, ${evidence.ratios.length} processes: ${evidence.reason}`,
    ...doubt,
    `  ${steps.length} of ${commits} commits were looked at, ${steps.filter(({ verdict }) => verdict !== null).length} measured, on ${bisected.machine}`,
    `  again: ${evidence.reproduce}`,
    '',
  ].join('\n');
}

function sizeText({ ratio, interval }: Pick<BisectStep, 'ratio' | 'interval'>): string {
  if (ratio === null) return '';
  return ` × ${ratio.toFixed(3)}${interval ? ` [${interval[0].toFixed(3)}, ${interval[1].toFixed(3)}]` : ''}`;
}
