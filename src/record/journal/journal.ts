/**
 * The journal of a run in progress, as text: a header line, then one line per event, each complete once its newline is written.
 * Killing the writer at any moment costs at most the line it was writing.
 */
import { z } from 'zod';
import { environmentSchema } from '../environment.ts';
import { fileNameSchema } from '../file-name.ts';
import { sentinelSchema } from '../row.ts';
import { commitSchema, type RunRecord, settingsSchema } from '../schema.ts';

export const JOURNAL_SCHEMA = 'shapemark-journal/1';

export const journalHeaderSchema = z.object({
  schema: z.literal(JOURNAL_SCHEMA),
  id: fileNameSchema,
  machine: fileNameSchema,
  unit: z.string(),
  startedAt: z.iso.datetime(),
  /** Hash of what must be equal to resume a run; see `fingerprint`. */
  fingerprint: z.string(),
  commit: commitSchema.nullable(),
  settings: settingsSchema,
  environment: environmentSchema,
  cases: z.array(z.object({ id: z.string(), series: z.string(), kernelHash: z.string().nullable() })).readonly(),
});

const seconds = z.number();

const verificationSchema = z.object({
  /** max |Δ| / rms against f64 on dequantized operands, over `checkedPoints`. */
  kernelError: z.number(),
  formatError: z.number(),
  budget: z.number(),
  checkedPoints: z.number(),
  /** max |Δ| / rms against the reference kernel over every element, worst of all operand sets and of both checks. */
  referenceDelta: z.number(),
  /** Whether the answer was checked again after the last timed sample. */
  again: z.boolean(),
  /** Of all bits of C for the first operand set; absent on a simulated device. */
  digest: z.string().exactOptional(),
});

/** Samples of one contender in one visit, in time order, as measure/ reports them. All times in seconds per launch. */
const contenderVisitSchema = z.object({
  name: z.string(),
  status: z.enum(['measured', 'failed', 'skipped']),
  reason: z.string().exactOptional(),
  detail: z.string().exactOptional(),
  verification: verificationSchema.exactOptional(),
  pipelineSeconds: seconds,
  firstDispatchSeconds: seconds,
  /** Wall seconds to fill the textures of one operand set, which no launch pays; absent without textures. */
  textureFillSeconds: z.object({ a: seconds.exactOptional(), b: seconds.exactOptional() }).exactOptional(),
  warmUp: z.object({ launches: z.number(), seconds, plateau: z.boolean() }),
  repeats: z.number(),
  samples: z.array(seconds).readonly(),
  /** Block of each sample, so that ratios pair neighbours in time. */
  blockOf: z.array(z.number()).readonly(),
  wallSamples: z.array(seconds).readonly(),
  /** Readings thrown away because the timer returned zero, a negative or a non-finite duration. */
  rejectedReadings: z.number(),
  clock: z.enum(['gpu', 'wall']),
  /** Time over that of the sentinel that ran beside it; absent when none did. */
  toSentinel: z.number().positive().exactOptional(),
});

/** Where a visit's wall time went, in seconds; `kernels` is device time inside warm-up and sampling. */
const profileSchema = z.object({
  operands: seconds,
  verify: seconds,
  compile: seconds,
  measuring: seconds,
  kernels: seconds,
});

const resultSchema = z.object({
  caseId: z.string(),
  process: z.int().nonnegative(),
  sets: z.number(),
  bytesPerSet: z.number(),
  /** Panels that operands beyond the binding limit lie in; absent where there are none. */
  panels: z.int().positive().exactOptional(),
  contenders: z.array(contenderVisitSchema).readonly(),
  profile: profileSchema,
});

/** One finished visit, or why there was none. */
const visitEntrySchema = z.object({
  type: z.literal('visit'),
  visit: z.object({
    caseId: z.string(),
    process: z.int().nonnegative(),
    result: resultSchema.nullable(),
    refusal: z.object({ status: z.enum(['failed', 'skipped']), reason: z.string(), detail: z.string() }).nullable(),
    /** Sentinel reading before this visit. */
    sentinel: sentinelSchema.nullable(),
  }),
});

const timerFactsSchema = z.object({
  kind: z.enum(['gpu', 'wall']),
  /** Smallest step seen between readings of the clock in use, in seconds. */
  resolutionSeconds: seconds,
  /** Whether the device clock was seen to be coarsened on purpose (Dawn: 65,536 ns; browsers: 100 µs). */
  quantized: z.boolean(),
  proven: z.boolean(),
  /** Why wall time is used. */
  reason: z.string().exactOptional(),
  wallResolutionSeconds: seconds,
  /** Device time over wall time of one launch of a few milliseconds; null without device time. */
  gpuOverWall: z.number().nullable(),
});

/** A process from open to close. */
const processEntrySchema = z.object({
  type: z.literal('process'),
  process: z.object({
    index: z.int().nonnegative(),
    orderSeed: z.number(),
    /** Seconds since the run began, on the host's clock. */
    startSeconds: seconds,
    seconds,
    openSeconds: seconds,
    sentinel: z.array(sentinelSchema).readonly(),
    timer: timerFactsSchema,
    /** How workers of this process died, if any did; each was replaced by a fresh one. */
    deaths: z.array(z.string()).readonly(),
  }),
});

export const journalEntrySchema = z.discriminatedUnion('type', [visitEntrySchema, processEntrySchema]);

export type JournalHeader = z.infer<typeof journalHeaderSchema>;
export type JournalEntry = z.infer<typeof journalEntrySchema>;
export type Verification = Readonly<z.infer<typeof verificationSchema>>;
export type ContenderVisit = Readonly<z.infer<typeof contenderVisitSchema>>;
export type VisitProfile = z.infer<typeof profileSchema>;
export type VisitResult = Readonly<z.infer<typeof resultSchema>>;
export type TimerFacts = Readonly<z.infer<typeof timerFactsSchema>>;
export type FinishedProcess = Readonly<z.infer<typeof processEntrySchema>['process']>;

export interface JournalText {
  readonly header: JournalHeader;
  readonly entries: readonly JournalEntry[];
  /** Length in UTF-16 units of the complete part; an incomplete line may follow. */
  readonly wholeLength: number;
}

/** Measured visits of a journal that a record does not hold, as `case in process n`. */
export function visitsMissing(record: Pick<RunRecord, 'cases'>, entries: readonly JournalEntry[]): string[] {
  const held = new Set(
    record.cases.flatMap((row) => row.visits.map(({ process }) => `${row.id} in process ${process}`)),
  );
  return entries
    .flatMap((entry) => (entry.type === 'visit' ? [entry.visit] : []))
    .filter(({ result }) => result?.contenders[0]?.status === 'measured')
    .map(({ caseId, process }) => `${caseId} in process ${process}`)
    .filter((visit) => !held.has(visit));
}

/** Thrown for a journal that is damaged anywhere but in its last, unfinished line. */
export class JournalError extends Error {
  readonly file: string;
  readonly line: number;
  constructor(file: string, line: number, problem: string) {
    super(`${file}:${line}: ${problem}; move the journal away to start afresh`);
    this.name = 'JournalError';
    this.file = file;
    this.line = line;
  }
}

/** Reads a journal, leaving out an unfinished last line. Throws JournalError. */
export function parseJournal(text: string, file: string): JournalText {
  const wholeLength = text.lastIndexOf('\n') + 1;
  const lines = text.slice(0, wholeLength).split('\n').slice(0, -1);
  const [first, ...rest] = lines;
  if (first === undefined) throw new JournalError(file, 1, 'the header line is missing');
  const header = journalHeaderSchema.safeParse(parseLine(first, file, 1));
  if (!header.success) throw new JournalError(file, 1, `not a ${JOURNAL_SCHEMA} header (${firstIssue(header.error)})`);
  const entries = rest.map((line, i) => {
    const value = parseLine(line, file, i + 2);
    if (!isEntry(value)) throw new JournalError(file, i + 2, 'not a journal entry');
    return value;
  });
  return { header: header.data, entries, wholeLength };
}

/** A type guard instead of a parse, so that fields added by newer versions are kept. */
function isEntry(value: unknown): value is JournalEntry {
  return journalEntrySchema.safeParse(value).success;
}

function parseLine(line: string, file: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new JournalError(file, number, 'not JSON');
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.')}: ${issue.message}` : 'unreadable';
}
