import type { KernelSet } from '../../kernel/kernel.ts';
import { ruleAgainst } from '../../kernel/limits.ts';
import { GPUJS_RULE } from '../../measure/enter.ts';
import type { Case } from '../../plan/case/case.ts';
import { listDocument } from '../../plan/case/list.ts';
import { notServed, type UnservedCase } from '../../record/not-served.ts';
import { formatText, shapeText } from '../../report/labels.ts';
import { READING, unservedRows } from '../../report/model.ts';
import { bytesPerSecond, scaled } from '../../report/si.ts';
import { unservedLines } from '../../report/table.ts';
import { EXIT } from '../exit.ts';
import { type Io, printJson } from '../io.ts';
import { expansions, filtered, kernelsFrom } from '../selection.ts';
import type { Verb } from '../verb.ts';

interface Options {
  suite: string[];
  filter: string[];
  kernels: string | undefined;
  json: boolean;
}

/** `list`: what a suite stands for, without a GPU. */
export const list: Verb<Options> = {
  command: 'list [suite..]',
  describe: 'Print the cases of suites with FLOP, bytes and arithmetic intensity; needs no GPU',
  lists: ['suite', 'filter'],
  options: (argv) =>
    argv
      .positional('suite', {
        type: 'string',
        array: true,
        default: ['quick'],
        describe: 'Suite files, or names in benches/',
      })
      .option('filter', { type: 'string', array: true, nargs: 1, default: [], describe: 'Only cases that match' })
      .option('kernels', { type: 'string', describe: 'Folder or git ref of kernels, which `all` stands for' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document' }),
  run: async ({ suite, filter, kernels, json }, io) => {
    const { set } = await kernelsFrom(kernels, io.cwd);
    const expanded = await expansions(suite, set, io);
    const chosen = filtered(
      expanded.flatMap((expansion) => expansion.cases),
      filter,
      set,
    );
    const ids = new Set(chosen.map(({ id }) => id));
    const document = listDocument(expanded, ({ id }) => ids.has(id));
    if (json) printJson(io, document);
    else printTable(io, document, unserved(chosen, set));
    return EXIT.fine;
  },
};

export const LIST_COLUMNS = ['GEMM', 'm×n×k', 'format', 'kernel', 'work', 'bytes', 'FLOP/byte', 'layers'] as const;

type Document = ReturnType<typeof listDocument>;

/** Cases that a suite's `all` stands for and that no device makes the kernel serve. */
function unserved(cases: readonly Case[], { kernels }: KernelSet): UnservedCase[] {
  return cases.flatMap(({ id, kernel: name, problem, ofAll }) => {
    const kernel = kernels.find((known) => known.name === name);
    const rule = kernel ? ruleAgainst(kernel, problem) : name === 'gpujs' ? GPUJS_RULE : null;
    return !ofAll || rule === null ? [] : [{ id, kernel: name, rule }];
  });
}

function printTable(io: Io, { cases: all, skips, totals }: Document, without: readonly UnservedCase[]): void {
  const left = new Set(without.map(({ id }) => id));
  const cases = all.filter(({ id }) => !left.has(id));
  const rows = cases.map((item) => [
    item.name,
    shapeText(item),
    formatText({ ...item, operands: { mode: item.operands } }),
    item.kernel,
    scaled(item.flop, 'FLOP'),
    bytesPerSecond(item.bytes).replace('/s', ''),
    item.arithmeticIntensity.toPrecision(3),
    item.count > 1 ? `×${item.count}` : '',
  ]);
  const header = [...LIST_COLUMNS];
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: string[]) =>
    `  ${cells.map((cell, i) => (i < 4 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')}`.trimEnd();
  io.out(`${io.style.dim(line(header))}\n`);
  let title = '';
  cases.forEach((item, i) => {
    const next = `${item.suite} / ${item.phase}`;
    if (next !== title) io.out(`\n${io.style.bold(next)}\n`);
    title = next;
    io.out(`${line(rows[i] ?? [])}\n`);
  });
  io.out(
    unservedLines(unservedRows(notServed(without)), io.style)
      .map((line) => `${line}\n`)
      .join(''),
  );
  for (const skip of skips) io.out(`\n  ${io.style.warn('skipped')} ${skip.id}: ${skip.reason}\n`);
  if (totals.length > 0) io.out(`\n${io.style.bold('FLOP per token')}\n`);
  for (const { suite, model, phase, flopPerToken } of totals) {
    const { linear, attentionPerKey } = flopPerToken;
    io.out(
      `  ${suite} / ${phase}  ${model}: ${scaled(linear, 'FLOP')} linear, ${scaled(attentionPerKey, 'FLOP')} attention per key\n`,
    );
  }
  io.out(`\n${io.style.dim(`${cases.length} cases${left.size > 0 ? `, ${left.size} not served` : ''}\n${READING}`)}\n`);
}
