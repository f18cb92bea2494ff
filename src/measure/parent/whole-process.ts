/** Merges the processes of a run from the journal entries of several commands. */

import type { FinishedProcess } from '../../record/journal/journal.ts';
import { visitSeconds } from './case-state.ts';
import type { FinishedVisit } from './progress.ts';

/** What is written when a process begins. */
export function begun(process: FinishedProcess): FinishedProcess {
  return { ...process, seconds: 0, openSeconds: 0, sentinel: [] };
}

/**
 * One of each index. A process that was interrupted and resumed is the sum of its parts; of one that was killed only its
 * beginning was written, and its visits say how long it took at least.
 *
 * @param written in this order, a part first as begun, then whole
 */
export function wholeProcesses(
  written: readonly FinishedProcess[],
  visits: readonly FinishedVisit[],
): readonly FinishedProcess[] {
  const indices = [...new Set(written.map(({ index }) => index))].sort((a, b) => a - b);
  return indices.map((index) => {
    const parts = new Map(written.filter((part) => part.index === index).map((part) => [part.startSeconds, part]));
    return joined(
      [...parts.values()],
      visits.filter(({ process }) => process === index),
    );
  });
}

function joined(parts: readonly FinishedProcess[], visits: readonly FinishedVisit[]): FinishedProcess {
  const [first] = parts as [FinishedProcess];
  const sum = (of: (part: FinishedProcess) => number) => parts.reduce((total, part) => total + of(part), 0);
  const visited = visits.reduce((total, { result }) => total + (result ? visitSeconds(result) : 0), 0);
  return {
    ...first,
    startSeconds: Math.min(...parts.map(({ startSeconds }) => startSeconds)),
    seconds: Math.max(
      sum(({ seconds }) => seconds),
      visited,
    ),
    openSeconds: sum(({ openSeconds }) => openSeconds),
    sentinel: parts.flatMap(({ sentinel }) => sentinel),
    deaths: parts.flatMap((part) => (part.seconds > 0 ? part.deaths : [...part.deaths, 'killed'])),
  };
}
