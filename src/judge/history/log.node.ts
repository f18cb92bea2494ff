/** The verdict log on disk: `results/<machine>/verdicts.jsonl`, one JSON object a line, appended and flushed, never rewritten. */
import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { append, makeFolder, onDisk } from '../../record/disk.node.ts';
import { RecordError } from '../../record/record-error.ts';
import type { JudgedTrack } from './attribute.ts';
import { type JudgedMark, LOG_SCHEMA, type LogLine, logLines, newLines, parseLogLine } from './log.ts';

export interface VerdictLog {
  readonly lines: readonly LogLine[];
  /** Id of the last run judged, by unit. */
  readonly judgedUpTo: ReadonlyMap<string, string>;
}

export interface Appended {
  readonly file: string;
  /** Lines besides the one that says up to where the unit was judged. */
  readonly findings: number;
}

export function logFile(resultsDir: string, machine: string): string {
  return join(resultsDir, machine, 'verdicts.jsonl');
}

/** Reads the log of a machine; empty when there is none. Throws RecordError with the line that is damaged. */
export function readLog(resultsDir: string, machine: string): VerdictLog {
  const file = logFile(resultsDir, machine);
  const lines: LogLine[] = [];
  const judgedUpTo = new Map<string, string>();
  if (!existsSync(file)) return { lines, judgedUpTo };
  const texts = readFileSync(file, 'utf8').split('\n');
  // Text after the last newline is an incomplete write and does not count.
  texts.slice(0, -1).forEach((text, i) => {
    const line = parsed(text, file, i + 1);
    if (line.kind === 'judged') judgedUpTo.set(line.unit, line.upTo);
    else lines.push(line);
  });
  return { lines, judgedUpTo };
}

/**
 * Appends what is new about a machine's units. Judging the same runs again appends nothing.
 *
 * @returns the file and its new findings; null if nothing was appended
 */
export function appendVerdicts(resultsDir: string, machine: string, judged: readonly JudgedTrack[]): Appended | null {
  const { judgedUpTo } = readLog(resultsDir, machine);
  const fresh = newLines(judged.flatMap(logLines), judgedUpTo);
  const marks: JudgedMark[] = judged.flatMap(({ track: { unit, runs } }) => {
    const upTo = runs.at(-1)?.facts.id ?? '';
    return upTo > (judgedUpTo.get(unit) ?? '') ? [{ schema: LOG_SCHEMA, kind: 'judged', unit, upTo }] : [];
  });
  if (marks.length === 0) return null;
  const file = logFile(resultsDir, machine);
  appendLines(file, [...fresh, ...marks]);
  return { file, findings: fresh.length };
}

function appendLines(file: string, lines: readonly (LogLine | JudgedMark)[]): void {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  // A machine whose records are all compacted may have none.
  makeFolder(dirname(file));
  // An incomplete line does not count, and the next must start on a new line.
  onDisk(file, () => {
    if (existsSync(file)) truncateSync(file, readFileSync(file).lastIndexOf('\n') + 1);
  });
  append(file, text);
}

function parsed(text: string, file: string, line: number): LogLine | JudgedMark {
  try {
    return parseLogLine(text);
  } catch (error) {
    throw new RecordError(file, line, error instanceof Error ? error.message : String(error));
  }
}
