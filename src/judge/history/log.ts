/**
 * The verdict log: what was reported for each series, when, and on what evidence. Lines are only appended. A suspicion is
 * confirmed or withdrawn. A confirmation stands unless none of the next points supports it; then another line retracts it. The
 * end of a level that lasted is a separate change. Lines about runs that were judged before stand, even if a record that arrives
 * late would have changed them.
 */
import type { JudgedTrack } from './attribute.ts';

export const LOG_SCHEMA = 'shapemark-verdict/1';

export interface LogLine {
  readonly schema: typeof LOG_SCHEMA;
  readonly kind: 'suspected' | 'confirmed' | 'withdrawn' | 'retracted';
  readonly machine: string;
  readonly unit: string;
  /** Null for what all cases of the machine have in common. */
  readonly series: string | null;
  readonly id: string | null;
  readonly direction: 'slower' | 'faster';
  /** First run at the new level and its commit; the run that confirmed it. */
  readonly run: string;
  readonly commit: string | null;
  readonly saidBy: string;
  /** New cost / old cost, as known then. */
  readonly ratio: number;
}

/** All events of a track, oldest first. */
export function logLines({ track, events, shared }: JudgedTrack): LogLine[] {
  const id = (run: number) => track.runs[run]?.facts.id ?? '';
  const ofMachine = shared.flatMap(({ event, retraction }) => (retraction ? [event, retraction] : [event]));
  const said = [...events, ...ofMachine].sort((a, b) => a.at - b.at);
  return said.map((event) => {
    const column = event.column === null ? null : track.columns[event.column];
    return {
      schema: LOG_SCHEMA,
      kind: event.kind,
      machine: track.machine,
      unit: track.unit,
      series: column?.series ?? null,
      id: column?.id ?? null,
      direction: event.size > 0 ? 'slower' : 'faster',
      run: id(event.from),
      commit: track.runs[event.from]?.facts.commit ?? null,
      saidBy: id(event.at),
      ratio: Number(Math.exp(event.size).toPrecision(5)),
    };
  });
}

/**
 * The lines to append: those of runs later than any run in the log. Run ids start with the time, so that their order is the order
 * of runs.
 *
 * @param judgedUpTo id of the last run that was judged, by unit; runs up to it are final
 */
export function newLines(lines: readonly LogLine[], judgedUpTo: ReadonlyMap<string, string>): LogLine[] {
  return lines.filter(({ unit, saidBy }) => saidBy > (judgedUpTo.get(unit) ?? ''));
}

/** Where each series stands according to the log: its last line. Keyed by unit and series. */
export function standing(log: readonly LogLine[]): Map<string, LogLine> {
  return new Map(log.map((line) => [standingKey(line), line]));
}

export function standingKey({ unit, series }: Pick<LogLine, 'unit' | 'series'>): string {
  return `${unit} ${series ?? '*'}`;
}

/** Reads one line of a log. Throws an Error that says what is wrong with it. */
export function parseLogLine(text: string): LogLine | JudgedMark {
  const value: unknown = JSON.parse(text);
  if (isMark(value) || isLine(value)) return value;
  throw new Error(`expected a verdict of schema ${LOG_SCHEMA}`);
}

/** States that all runs of a unit up to one have been judged, even without an event. */
export interface JudgedMark {
  readonly schema: typeof LOG_SCHEMA;
  readonly kind: 'judged';
  readonly unit: string;
  readonly upTo: string;
}

function isMark(value: unknown): value is JudgedMark {
  return member(value, 'schema') === LOG_SCHEMA && member(value, 'kind') === 'judged' && texts(value, ['unit', 'upTo']);
}

function isLine(value: unknown): value is LogLine {
  const kinds: readonly unknown[] = ['suspected', 'confirmed', 'withdrawn', 'retracted'];
  return (
    member(value, 'schema') === LOG_SCHEMA &&
    kinds.includes(member(value, 'kind')) &&
    texts(value, ['machine', 'unit', 'direction', 'run', 'saidBy']) &&
    typeof member(value, 'ratio') === 'number'
  );
}

function texts(value: unknown, names: readonly string[]): boolean {
  return names.every((name) => typeof member(value, name) === 'string');
}

function member(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? Reflect.get(value, name) : undefined;
}
