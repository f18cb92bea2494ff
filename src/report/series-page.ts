/** docs/kernels.md: every technique and its gain, from stored runs of `benches/series.yaml`. A pure function of records. */
import type { MeasuredRow, Row } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { type Document, type Section, section, text, withCode } from './document/document.ts';
import { type ColumnOf, column, type Quantity, tableOf } from './document/table.ts';
import { formatText, shapeText } from './labels.ts';
import { CODE, FIGURES, TEXT } from './quantities.ts';
import { driftLines } from './run.ts';
import { flopPerSecond } from './si.ts';

export const SERIES_SUITE = 'series';

/** A kernel as described by its file. */
export interface Technique {
  readonly name: string;
  readonly technique: string;
  /** Path of its file from the repository's root. */
  readonly file: string;
  readonly buildsOn?: string | undefined;
}

/** Kinds of adapters, in the order of the page. */
const KINDS = [
  ['gpu', 'Graphics card'],
  ['system-software', 'Software adapter of the system'],
  ['embedded-software', 'Embedded software adapter'],
  ['scripted', 'Scripted device'],
] as const;

/** A kernel's name, which leads to its file. */
const LINK: Quantity<Technique> = {
  align: 'left',
  show: ({ name, file }) => [{ text: name, code: true, href: `../${file}` }],
};

/** Kernels within this share of the fastest count as fastest. */
const TIE = 1.05;

const TECHNIQUES: readonly ColumnOf<Technique>[] = [
  column('kernel', LINK, (technique) => technique),
  column('builds on', CODE, ({ buildsOn }) => buildsOn),
  column('technique', TEXT, ({ technique }) => technique),
];

export function seriesDocument(techniques: readonly Technique[], records: readonly RunRecord[]): Document {
  const machines = newestPerMachine(records);
  const about = `The kernels of \`kernels/\`, each after the kernel that it extends by one technique. The gain of a technique depends on the device: on a CPU, for example, where threads are SIMD lanes and caches share data, a barrier often costs more than it saves. The tables below are measured (\`shapemark run ${SERIES_SUITE}\`); \`npm run docs\` writes this page from the records.`;
  return {
    title: 'The kernel series',
    sections: [
      ...section(undefined, text(withCode(about)), tableOf(TECHNIQUES, techniques)),
      ...(machines.length > 0 ? [] : section(undefined, text('Nothing has been measured yet.'))),
      ...machines.map(machineSection),
    ],
  };
}

function newestPerMachine(records: readonly RunRecord[]): RunRecord[] {
  const newest = new Map<string, RunRecord>();
  for (const record of [...records].sort((a, b) => (a.id < b.id ? -1 : 1))) newest.set(record.machine, record);
  const rank = ({ environment }: RunRecord) => KINDS.findIndex(([source]) => source === environment.adapter.source);
  return [...newest.values()].sort((a, b) => rank(a) - rank(b) || (a.machine < b.machine ? -1 : 1));
}

function machineSection(record: RunRecord): Section {
  const { environment, machine, id, processes } = record;
  const { source, description, device } = environment.adapter;
  const kind = KINDS.find(([known]) => known === source)?.[1] ?? source;
  const problems = groupByProblem(record.cases);
  const fresh = processes.length === 1 ? 'one fresh process' : `${processes.length} fresh processes`;
  const about = `Machine \`${machine}\`, record \`${id}\`, ${fresh}, cold operands. × is the time of the naive kernel over that of this kernel, in the same run; bold: the fastest of its column and those within ${Math.round((TIE - 1) * 100)} % of it. Empty: the kernel does not serve the case or the device.`;
  const drift = driftLines(record).map(
    (line) => `${line}. Kernels were timed minutes apart; smaller differences may be due to the machine.`,
  );
  return {
    title: `${kind}: ${description || device}`,
    blocks: [about, ...drift].map((paragraph) => text(withCode(paragraph))),
    sections: [
      ...[...new Set(problems.map(({ phase }) => phase))].map((phase) => phaseSection(phase, problems)),
      ...section('Fastest and slowest cases of each kernel', tableOf(STANDINGS, standingsOf(problems))),
    ],
  };
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
    const known = problems.get(key) ?? {
      phase: row.phase,
      title: `${row.name} ${shapeText(row)} ${formatText(row)}`,
      rows: new Map(),
    };
    known.rows.set(row.kernel.requested, row);
    problems.set(key, known);
  }
  return [...problems.values()];
}

function phaseSection(phase: string, all: readonly ProblemRows[]): Section {
  const problems = all.filter((problem) => problem.phase === phase);
  const columns: ColumnOf<string>[] = [
    column('kernel', CODE, (kernel) => kernel),
    ...problems.map(({ title, rows }) => column(title, GAIN, (kernel: string) => gainOf(rows, kernel))),
  ];
  return { title: phase, blocks: [tableOf(columns, kernelsOf(problems))] };
}

function kernelsOf(problems: readonly ProblemRows[]): string[] {
  return [...new Set(problems.flatMap(({ rows }) => [...rows.keys()]))].sort();
}

/** A rate, what it is over that of the naive kernel, and whether nothing is faster. */
const GAIN: Quantity<{ readonly text: string; readonly wins: boolean }> = {
  align: 'right',
  show: ({ text: shown, wins }) => (wins ? [{ text: shown, tone: 'strong' }] : shown),
};

function gainOf(rows: ProblemRows['rows'], kernel: string) {
  const row = rows.get(kernel);
  if (!row) return null;
  const naive = rows.get('naive');
  const gain = naive ? ` ${times(secondsOf(naive) / secondsOf(row))}` : '';
  return { text: `${flopPerSecond(row.summary.flopPerSecond)}${gain}`, wins: secondsOf(row) <= TIE * fastest(rows) };
}

/** Where a technique is fastest, and where it is furthest behind. */
interface Standing {
  readonly kernel: string;
  readonly entered: number;
  readonly wins: readonly string[];
  readonly worst: { readonly title: string; readonly behind: number };
}

const STANDINGS: readonly ColumnOf<Standing>[] = [
  column('kernel', CODE, ({ kernel }) => kernel),
  column('wins', FIGURES, ({ wins, entered }) => `${wins.length} of ${entered}`),
  column('where', TEXT, ({ wins }) => wins.join('; ') || 'nowhere'),
  column('loses most', TEXT, ({ worst: { title, behind } }) =>
    behind <= TIE ? 'nowhere' : `${title}: ${times(behind)} the fastest’s time`,
  ),
];

function standingsOf(problems: readonly ProblemRows[]): Standing[] {
  const contested = problems.filter(({ rows }) => rows.size > 1);
  return kernelsOf(contested).map((kernel) => {
    const entered = contested.flatMap(({ rows, title }) => {
      const row = rows.get(kernel);
      return row ? [{ title, behind: secondsOf(row) / fastest(rows) }] : [];
    });
    const wins = entered.flatMap(({ title, behind }) => (behind <= TIE ? [title] : []));
    const worst = entered.reduce((most, next) => (next.behind > most.behind ? next : most));
    return { kernel, entered: entered.length, wins, worst };
  });
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
