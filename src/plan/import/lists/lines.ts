import { formatCalled } from '../../../gemm/formats/elsewhere.ts';
import { addRow, columnsOf } from './columns.ts';
import type { ListRow, RowReader } from './rows.ts';

/** Lines of logs: each names its sizes. */

const GGML = /\b(MUL_MAT(?:_ID)?)\(([^)]*)\)/g;

export function hasGgmlLines(text: string): boolean {
  return /\bMUL_MAT(_ID)?\(type_a=/.test(text);
}

/**
 * Lines of llama.cpp's test-backend-ops. ggml's m are the rows of the weights (n here), its n the rows of the activations (m here),
 * both stored along k. `bs` counts matrices of weights; each serves nr[0]·nr[1] matrices of activations.
 */
export function readGgml(text: string, reader: RowReader): void {
  text.split(/\r?\n/).forEach((line, i) => {
    for (const [, op = '', inside = ''] of line.matchAll(GGML)) addGgml(op, argumentsOf(inside), i + 1, reader);
  });
}

/** `m=64,bs=[8,1],nr=[4,1]` by name. */
function argumentsOf(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/(\w+)=(\[[^\]]*\]|[^,]*)/g)].map(([, name = '', value = '']) => [name, value]));
}

function addGgml(op: string, given: ReadonlyMap<string, string>, line: number, reader: RowReader): void {
  const row = ggmlRow(op, given, line, reader);
  if (typeof row === 'string') reader.refuse({ line, reason: `${op}: ${row}` });
  else reader.add(row);
}

/** The row, or why it cannot be told. */
function ggmlRow(op: string, given: ReadonlyMap<string, string>, line: number, reader: RowReader): ListRow | string {
  const size = (name: string) => (/^[1-9]\d*$/.test(given.get(name) ?? '') ? Number(given.get(name)) : undefined);
  const product = (name: string) => (given.get(name)?.match(/\d+/g) ?? []).reduce((all, one) => all * Number(one), 1);
  const [rows, m, k] = [size('m'), size('n'), size('k')];
  if (rows === undefined || m === undefined || k === undefined) return 'does not say m, n and k';
  const w = reader.options.w ?? formatCalled(given.get('type_a') ?? '');
  if (w === undefined) return `type_a=${given.get('type_a')} is no format here; --w says what to measure`;
  const permutation = given.get('per')?.replace(/\s/g, '');
  if (permutation !== undefined && permutation !== '[0,1,2,3]') return `per=${permutation} moves dimensions`;
  const shape = { n: rows, k, layout: 'nt', w, a: activationOf(given, reader), line } as const;
  const [experts, topK] = [size('n_mats'), size('n_used')];
  const [batch, repeat] = [product('bs'), product('nr')];
  if (op === 'MUL_MAT') return { ...shape, m, ...(batch > 1 && { batch }), ...(repeat > 1 && { repeat }) };
  if (experts === undefined || topK === undefined) return 'does not say n_mats and n_used';
  return { ...shape, groups: { experts, tokens: m, topK } };
}

function activationOf(given: ReadonlyMap<string, string>, { options }: RowReader): string | undefined {
  return options.a ?? formatCalled(given.get('type_b') ?? '');
}

const BENCH = /\b(?:hipblaslt|rocblas)-bench\b(.*)$/;

export function hasBenchLines(text: string): boolean {
  return /\b(hipblaslt|rocblas)-bench\b.*\s-{1,2}m\s/.test(text);
}

/** Command lines of hipblaslt-bench and rocblas-bench, as their logs print them. */
export function readBenchLines(text: string, reader: RowReader): void {
  const columns = columnsOf(['m', 'n', 'k', 'batch', 'transA', 'transB', 'a', 'w', 'out'], reader);
  text.split(/\r?\n/).forEach((line, i) => {
    const [, flags] = BENCH.exec(line) ?? [];
    if (flags === undefined) return;
    const pairs = [...flags.matchAll(/\s--?([A-Za-z_]+)[\s=]+("[^"]*"|[^\s-]\S*)/g)];
    const given = new Map(pairs.map(([, name = '', value = '']) => [name, value]));
    const either = (...names: string[]) => names.map((name) => given.get(name)).find((value) => value !== undefined);
    const values = {
      ...{ m: given.get('m'), n: given.get('n'), k: given.get('k'), batch: given.get('batch_count') },
      ...{ transA: either('transA', 'transposeA'), transB: either('transB', 'transposeB') },
      ...{
        a: either('a_type', 'precision', 'r'),
        w: either('b_type', 'precision', 'r'),
        out: either('d_type', 'c_type'),
      },
    };
    addRow(values, columns, { line: i + 1 }, reader);
  });
}

/** Lines that name each size: `m=64 n=2880 k=2880 dtype=bf16`. */
export function hasNamedSizes(text: string): boolean {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  return (
    lines.length > 0 &&
    lines.every((line) => ['m', 'n', 'k'].every((name) => new RegExp(`(^|[^\\w])${name}\\s*[=:]`, 'i').test(line)))
  );
}

export function readNamedSizes(text: string, reader: RowReader): void {
  text.split(/\r?\n/).forEach((line, i) => {
    const pairs = [...line.matchAll(/(\w+)\s*[=:]\s*([\w.]+)/g)].map(([, name = '', value = '']) => [name, value]);
    if (pairs.length > 0 && !/^\s*#/.test(line))
      addRow(
        Object.fromEntries(pairs),
        columnsOf(
          pairs.map(([name = '']) => name),
          reader,
          i + 1,
        ),
        { line: i + 1 },
        reader,
      );
  });
}

const TUPLE = /make_tuple\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(true|false)\s*,\s*(true|false)\s*\)/g;

export function hasTuples(text: string): boolean {
  return /make_tuple\(\s*\d+\s*,\s*\d+\s*,\s*\d+\s*,\s*(true|false)/.test(text);
}

/** DeepBench's gemm_problems.h: tuples of m, n, k, a_t, b_t in named sets. */
export function readTuples(text: string, reader: RowReader): void {
  const columns = columnsOf(['m', 'n', 'k', 'transA', 'transB'], reader);
  let phase: string | undefined;
  text.split(/\r?\n/).forEach((line, i) => {
    phase = /(\w+)\s*=\s*\{/.exec(line)?.[1]?.replace(/_set$/, '') ?? phase;
    for (const [, m, n, k, transA, transB] of line.matchAll(TUPLE))
      addRow({ m, n, k, transA, transB }, columns, { line: i + 1, phase }, reader);
  });
}
