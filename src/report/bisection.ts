/** The document of `bisect` for a terminal. */
import type { Bisected, BisectedCommit, BisectStep } from '../judge/ab/bisected.ts';
import { type Document, type Inline, lines, section } from './document/document.ts';
import { counted, processesText, share } from './si.ts';

const TONES = { good: 'good', bad: 'bad', untestable: 'warn' } as const;
/** As wide as the longest word for a side. */
const SIDE = 10;

/** What a step found, as it is found. */
export function stepDocument(step: BisectStep): Document {
  const { sha, subject, side, verdict, processes, attempts, reason } = step;
  const measured = verdict === null ? '' : `${verdict}${sizeText(step)}, ${processesText(processes)}`;
  const again = attempts > 1 ? ', repeated with more processes' : '';
  const head: Inline = [{ text: side.padEnd(SIDE), tone: TONES[side] }, ` ${sha.slice(0, 10)} ${subject}`];
  const found = `${' '.repeat(SIDE + 1)}${measured}${again}${measured === '' ? '' : ': '}${reason}`;
  return { sections: section(undefined, lines([head, found])) };
}

export function bisectionDocument(bisected: Bisected): Document {
  const { culprit, candidates, evidence, confirmed, steps, commits, machine } = bisected;
  const name = ({ sha, subject }: BisectedCommit) => `${sha} ${subject}`;
  const hidden = `one of these ${counted(candidates.length, 'commit')}; those before the last are untestable`;
  const floor = evidence.floor === null ? '' : `, A/A floor ${share(evidence.floor)}`;
  const doubt =
    'this step alone does not show the change: it is spread over several commits, or is not due to the text of a kernel';
  const measured = steps.filter(({ verdict }) => verdict !== null).length;
  return {
    sections: section(
      culprit ? `first bad commit: ${name(culprit)}` : hidden,
      lines([
        ...(culprit ? [] : candidates.map(name)),
        bisected.case,
        `${evidence.verdict}${sizeText(evidence)}${floor}, ${processesText(evidence.ratios.length)}: ${evidence.reason}`,
        ...(confirmed ? [] : [[{ text: doubt, tone: 'warn' as const }]]),
        `${steps.length} of ${counted(commits, 'commit')} examined, ${measured} measured, on ${machine}`,
        `again: ${evidence.reproduce}`,
      ]),
    ),
  };
}

function sizeText({ ratio, interval }: Pick<BisectStep, 'ratio' | 'interval'>): string {
  if (ratio === null) return '';
  return ` × ${ratio.toFixed(3)}${interval ? ` [${interval[0].toFixed(3)}, ${interval[1].toFixed(3)}]` : ''}`;
}
