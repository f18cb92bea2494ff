/**
 * Whether the gate sees a change of any kernel.
 *
 *     npm run eval planted -- [--adapter auto] [--turns 4000] [--budget 45] [--only direct.wgsl,packed.wgsl] [--json]
 *
 * A loop is inserted into each kernel file in turn, and `compare` is run without a suite, as a gate for all devices: it must exit
 * with 1, by `slower` or `unmeasured`. With a comment in every file instead, it must call all of them the same.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Comparison } from '../src/judge/ab/comparison.ts';
import { section } from '../src/report/document/document.ts';
import { type ColumnOf, column, tableOf } from '../src/report/document/table.ts';
import { renderText } from '../src/report/document/text.ts';
import { COUNT, RATIO, SECONDS, TEXT } from '../src/report/quantities.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const { values } = parseArgs({
  options: {
    adapter: { type: 'string', default: 'auto' },
    turns: { type: 'string', default: '4000' },
    budget: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

/** Iterations that no compiler can eliminate, because their result depends on the problem. */
const PLANT = `
  var planted = problem.m;
  for (var turn = 0u; turn < ${Number(values.turns)}u; turn++) { planted = planted * 1664525u + 1013904223u; }
  if (planted == 0x2545f491u) { return; }
`;
const ENTRY = /\nfn main\([^{]*\{\n/;

interface Row {
  readonly file: string;
  readonly exit: number | null;
  readonly seconds: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly ratio: number | null;
}

const COLUMNS: readonly ColumnOf<Row>[] = [
  column('file', TEXT, ({ file }) => file),
  column('exit', COUNT, ({ exit }) => exit),
  column('verdicts', TEXT, ({ counts }) =>
    Object.entries(counts)
      .map(([verdict, count]) => `${count} ${verdict}`)
      .join(', '),
  ),
  column('largest ratio', RATIO, ({ ratio }) => ratio),
  column('time', SECONDS, ({ seconds }) => seconds),
];

const folder = mkdtempSync(join(tmpdir(), 'shapemark-planted-'));
const [base, head] = [join(folder, 'base'), join(folder, 'head')];
const files = readdirSync(at('../kernels')).filter((name) => name.endsWith('.wgsl'));

/** Compares the shipped kernels with a copy in which some files were edited. */
function compared(label: string, edit: (text: string, file: string) => string): Row {
  for (const side of [base, head]) cpSync(at('../kernels'), side, { recursive: true });
  for (const file of files) {
    const path = join(head, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, edit(text, file));
  }
  const start = performance.now();
  const command = ['--import', import.meta.resolve('tsx'), at('../src/cli/bin.ts'), 'compare', base, head];
  const fails = ['--fail-on', 'slower,missing,unmeasured,unmeasured-here'];
  const options = [
    '--adapter',
    values.adapter,
    ...fails,
    ...(values.budget ? ['--budget', values.budget] : []),
    '--json',
  ];
  const { status, stdout } = spawnSync(process.execPath, [...command, ...options], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { counts, cases }: Comparison = JSON.parse(stdout);
  const ratios = cases.flatMap(({ ratio }) => (ratio === null ? [] : [ratio]));
  return {
    file: label,
    exit: status,
    seconds: (performance.now() - start) / 1e3,
    counts: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ratio: ratios.length > 0 ? Math.max(...ratios) : null,
  };
}

function planted(text: string): string {
  if (!ENTRY.test(text)) throw new Error('no entry point was found');
  return text.replace(ENTRY, (entry) => entry + PLANT);
}

try {
  const asked = files.filter((file) => values.only?.split(',').includes(file) ?? true);
  const rows = asked.map((name) => compared(name, (text, file) => (file === name ? planted(text) : text)));
  const comment = compared('a comment in each', (text) => `${text}// A comment.\n`);
  const unseen = rows.filter(({ exit }) => exit !== 1);
  if (values.json) console.log(JSON.stringify({ rows, comment, unseen: unseen.length }));
  else {
    const summary = `${rows.length - unseen.length} of ${rows.length} changes were seen`;
    console.log(renderText({ sections: section(undefined, tableOf(COLUMNS, [...rows, comment])), summary }));
  }
  process.exitCode = unseen.length > 0 || comment.exit !== 0 || comment.counts.same === undefined ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
