/**
 * The page of the kernel series: every technique with what it gains, from stored runs of `benches/series.yaml`. A pure
 * function of records, so that what the page says can be tested to be what was measured.
 */
import type { MeasuredRow, Row } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { formatText, shapeText } from './labels.ts';
import { driftText } from './model.ts';
import { flopPerSecond } from './si.ts';

export const SERIES_SUITE = 'series';

/** What a kernel's file says of it. */
export interface Technique {
  readonly name: string;
  readonly technique: string;
  /** Path of its file from the repository's root. */
  readonly file: string;
  readonly buildsOn?: string | undefined;
}

/** Kinds of adapters a technique can win or lose on, in the order of the page. */
const KINDS = [
  ['gpu', 'Graphics card'],
  ['system-software', 'Software adapter of the system'],
  ['embedded-software', 'Embedded software adapter'],
  ['scripted', 'Scripted device'],
] as const;

/** A kernel within this share of the fastest has won too: runs cannot tell much less. */
const TIE = 1.05;

export function renderSeries(techniques: readonly Technique[], records: readonly RunRecord[]): string {
  const machines = newestPerMachine(records);
  return `${[
    '# The kernel series',
    '',
    'One technique a file in `kernels/`, each after the kernel that it adds one idea to. What a technique gains depends on the',
    'device: where threads are lanes of a CPU and the caches do the sharing, a barrier costs more than it saves. So the tables',
    'below are measured,',
    `\`shapemark run ${SERIES_SUITE}\`, and this page is written from the records by \`npm run docs\`.`,
    '',
    '| kernel | builds on | technique |',
    '|--|--|--|',
    ...techniques.map(techniqueRow),
    '',
    ...(machines.length > 0 ? [] : ['Nothing has been measured yet.', '']),
    ...machines.flatMap(machinePart),
  ].join('\n')}`;
}

function techniqueRow({ name, technique, file, buildsOn }: Technique): string {
  return `| [\`${name}\`](../${file}) | ${buildsOn ? `\`${buildsOn}\`` : ''} | ${cell(technique)} |`;
}

function newestPerMachine(records: readonly RunRecord[]): RunRecord[] {
  const newest = new Map<string, RunRecord>();
  for (const record of [...records].sort((a, b) => (a.id < b.id ? -1 : 1))) newest.set(record.machine, record);
  const rank = ({ environment }: RunRecord) => KINDS.findIndex(([source]) => source === environment.adapter.source);
  return [...newest.values()].sort((a, b) => rank(a) - rank(b) || (a.machine < b.machine ? -1 : 1));
}

function machinePart(record: RunRecord): string[] {
  const { adapter } = record.environment;
  const kind = KINDS.find(([source]) => source === adapter.source)?.[1] ?? adapter.source;
  const problems = groupByProblem(record.cases);
  return [
    `## ${kind}: ${adapter.description || adapter.device}`,
    '',
    `Machine \`${record.machine}\`, record \`${record.id}\`, ${processesText(record)}, cold operands. × is time of`,
    'the naive kernel over time of this one, within the same run; **bold** is the fastest of its column, and what is within',
    `${Math.round((TIE - 1) * 100)} % of it. Empty: the kernel does not serve the case or the device.`,
    '',
    ...driftText(record).flatMap((text) => [
      `${text[0]?.toUpperCase()}${text.slice(1)}. Kernels were timed minutes apart: smaller gains may be the machine's.`,
      '',
    ]),
    ...phasesOf(problems).flatMap((phase) =>
      table(
        phase,
        problems.filter((problem) => problem.phase === phase),
      ),
    ),
    ...verdicts(problems),
  ];
}

function processesText({ processes: { length } }: RunRecord): string {
  return length === 1 ? 'one fresh process' : `${length} fresh processes`;
}

interface ProblemRows {
  readonly phase: string;
  readonly title: string;
  readonly rows: ReadonlyMap<string, MeasuredRow>;
}

/** Rows of one problem, by the kernel asked for; problems without a number are left out. */
function groupByProblem(cases: readonly Row[]): ProblemRows[] {
  const problems = new Map<string, { phase: string; title: string; rows: Map<string, MeasuredRow> }>();
  for (const row of cases) {
    if (row.status !== 'measured') continue;
    const key = row.id.replace(/\/kernel=[^/]*$/, '');
    const known = problems.get(key) ?? { phase: row.phase, title: titleOf(row), rows: new Map() };
    known.rows.set(row.kernel.requested, row);
    problems.set(key, known);
  }
  return [...problems.values()];
}

function titleOf(row: MeasuredRow): string {
  return `${row.name} ${shapeText(row)} ${formatText(row)}`;
}

function phasesOf(problems: readonly ProblemRows[]): string[] {
  return [...new Set(problems.map(({ phase }) => phase))];
}

function table(phase: string, problems: readonly ProblemRows[]): string[] {
  const kernels = [...new Set(problems.flatMap(({ rows }) => [...rows.keys()]))].sort();
  return [
    `### ${phase}`,
    '',
    `| kernel | ${problems.map(({ title }) => cell(title)).join(' | ')} |`,
    `|--|${problems.map(() => '--:').join('|')}|`,
    ...kernels.map(
      (kernel) => `| \`${kernel}\` | ${problems.map((problem) => numbers(problem, kernel)).join(' | ')} |`,
    ),
    '',
  ];
}

function numbers({ rows }: ProblemRows, kernel: string): string {
  const row = rows.get(kernel);
  if (!row) return '';
  const naive = rows.get('naive');
  const gain = naive ? ` ${times(secondsOf(naive) / secondsOf(row))}` : '';
  const text = `${flopPerSecond(row.summary.flopPerSecond)}${gain}`;
  return secondsOf(row) <= TIE * fastest(rows) ? `**${text}**` : text;
}

/** Where each technique wins, and how far behind it is where it loses most. */
function verdicts(problems: readonly ProblemRows[]): string[] {
  const contested = problems.filter(({ rows }) => rows.size > 1);
  const kernels = [...new Set(contested.flatMap(({ rows }) => [...rows.keys()]))].sort();
  if (kernels.length === 0) return [];
  const line = (kernel: string) => {
    const entered = contested.flatMap(({ rows, title }) => {
      const row = rows.get(kernel);
      return row ? [{ title, behind: secondsOf(row) / fastest(rows) }] : [];
    });
    const wins = entered.filter(({ behind }) => behind <= TIE);
    const worst = entered.reduce((most, next) => (next.behind > most.behind ? next : most));
    const lost = worst.behind <= TIE ? 'nowhere' : `${cell(worst.title)}: ${times(worst.behind)} the fastest’s time`;
    return `| \`${kernel}\` | ${wins.length} of ${entered.length} | ${wins.map(({ title }) => cell(title)).join('; ') || 'nowhere'} | ${lost} |`;
  };
  return [
    '### Where each wins and loses',
    '',
    '| kernel | wins | where | loses most |',
    '|--|--:|--|--|',
    ...kernels.map(line),
    '',
  ];
}

function secondsOf({ summary }: MeasuredRow): number {
  return summary.medianSeconds;
}

function fastest(rows: ReadonlyMap<string, MeasuredRow>): number {
  return Math.min(...[...rows.values()].map(secondsOf));
}

/** `3.4×`, `12×`. */
function times(ratio: number): string {
  return `${ratio >= 9.95 ? ratio.toFixed(0) : ratio.toFixed(1)}×`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
