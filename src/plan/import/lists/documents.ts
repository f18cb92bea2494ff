import type { SourceDocument } from '../../spec/document.ts';
import { addRow, columnsOf } from './columns.ts';
import { type RowReader, segmentOf } from './rows.ts';

/** YAML and JSON: lists of mappings, alone or under headings, and the forms that two tools have of them. */

type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const hasSizes = (value: unknown) => isMapping(value) && ['n', 'N'].some((name) => name in flat(value));

/** What `list --json` and records say of a case, with sizes and formats beside the rest. */
function flat({ shape, format, groups, ...rest }: Mapping): Mapping {
  return {
    ...rest,
    ...(isMapping(shape) && shape),
    ...(isMapping(format) ? format : format !== undefined && { format }),
    ...(isMapping(groups) && { groups: groups.rows }),
  };
}
const isRows = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0;

/** Whether a document holds shapes in a form that is no suite of ours. */
export function isListDocument(value: unknown): boolean {
  if (isRows(value)) return value.every(isMapping) || value.every(Array.isArray);
  if (!isMapping(value)) return false;
  if ('shapes' in value || 'models' in value) return false;
  return (
    'Tests' in value ||
    Object.values(value).some((rows) => isRows(rows) && (rows.some(hasSizes) || rows.every(Array.isArray)))
  );
}

export function readListDocument(document: SourceDocument, reader: RowReader): void {
  const { value } = document;
  if (Array.isArray(value)) readRows(value, { document, path: [] }, reader);
  else if (isMapping(value) && Array.isArray(value.Tests)) readBlasTests(value.Tests, reader, document);
  else if (isMapping(value)) readHeadings(value, document, reader);
}

function readHeadings(value: Mapping, document: SourceDocument, reader: RowReader): void {
  for (const [heading, rows] of Object.entries(value)) {
    if (isRows(rows) && (rows.some(hasSizes) || rows.every(Array.isArray)))
      readRows(rows, { document, path: [heading], heading }, reader);
  }
}

interface Place {
  readonly document: SourceDocument;
  readonly path: readonly (string | number)[];
  readonly heading?: string;
}

function readRows(rows: readonly unknown[], { document, path, heading }: Place, reader: RowReader): void {
  rows.forEach((row, i) => {
    const line = document.error([...path, i], '').line ?? 1;
    const values = named(row, reader, line);
    if (values === undefined) {
      reader.refuse({ line, reason: 'is no mapping of sizes' });
      return;
    }
    const columns = columnsOf(
      Object.keys(values).filter((name) => name !== 'g' || !Array.isArray(values.m)),
      reader,
      line,
    );
    const size = (name: 'm' | 'n' | 'k') => values[columns.of.get(name) ?? ''];
    const sizes = [size('m'), size('n'), size('k')];
    if (sizes.some(Array.isArray)) addGroups(sizes, { line, heading, row: i }, reader);
    else addRow(values, columns, { line, phase: heading }, reader);
  });
}

/** A row by names; a list of numbers only where `columns` says what they are. */
function named(row: unknown, reader: RowReader, line: number): Mapping | undefined {
  if (isMapping(row)) return flat(row);
  if (!Array.isArray(row)) return undefined;
  const { columns } = reader.options;
  if (columns === undefined)
    throw reader.error(
      line,
      'a list of numbers names none of them; --columns m,n,k says what they are, in their order',
    );
  return Object.fromEntries(columns.map((name, i) => [name, row[i]]));
}

/** One launch over groups, each of its own size. Those that share n and k are a grouped GEMM; others are measured one by one. */
function addGroups(
  sizes: readonly unknown[],
  { line, heading, row }: { readonly line: number; readonly heading: string | undefined; readonly row: number },
  reader: RowReader,
): void {
  const [m = [], n = [], k = []] = sizes.map((size) => (Array.isArray(size) ? size : undefined));
  const lists = [m, n, k];
  const isSize = (size: unknown) => typeof size === 'number' && Number.isSafeInteger(size) && size > 0;
  if (lists.some((list) => list.length !== m.length || !list.every(isSize))) {
    reader.refuse({ line, reason: 'm, n and k are no lists of one size for each group' });
    return;
  }
  const { w, a, layout } = reader.options;
  const common = {
    ...(heading && { phase: segmentOf(heading) }),
    ...(w && { w }),
    ...(a && { a }),
    ...(layout && { layout }),
    line,
  };
  if (new Set(n).size === 1 && new Set(k).size === 1) {
    reader.add({ ...common, rows: m, n: n[0], k: k[0] });
    return;
  }
  reader.notes.add('groups that differ in n or k are measured one by one, not in one launch');
  m.forEach((rows, i) => {
    reader.add({ ...common, name: `groups-${row + 1}.${i + 1}`, m: rows, n: n[i], k: k[i] });
  });
}

/** hipBLASLt's `Tests`: sizes crossed with transposes. What an included file defines is known by name only. */
function readBlasTests(tests: readonly unknown[], reader: RowReader, document: SourceDocument): void {
  const columns = columnsOf(['m', 'n', 'k', 'batch', 'transA', 'transB', 'w', 'a', 'name'], reader);
  tests.forEach((test, i) => {
    if (!isMapping(test)) return;
    const line = document.error(['Tests', i], '').line ?? 1;
    const sizes = [test.matrix_size].flat();
    if (!sizes.some(isMapping)) {
      reader.refuse({ line, reason: 'has no matrix_size that this file defines' });
      return;
    }
    for (const both of transposesOf(test)) {
      sizes.forEach((size, j) => {
        if (!isMapping(size)) return;
        const at = document.error(
          ['Tests', i, ...(Array.isArray(test.matrix_size) ? ['matrix_size', j] : [])],
          '',
        ).line;
        const { M: m, N: n, K: k } = size;
        const values = { m, n, k, batch: test.batch_count, name: test.name, w: test.b_type, a: test.a_type, ...both };
        addRow(values, columns, { line: at ?? line }, reader);
      });
    }
    if (test.a_type === undefined)
      reader.notes.add('formats that an included file defines are not known: --w says what to measure');
  });
}

function transposesOf({ transA, transB, transA_transB: pairs }: Mapping): readonly Mapping[] {
  const both = [pairs].flat().filter(isMapping);
  if (both.length > 0) return both.map((pair) => ({ transA: pair.transA, transB: pair.transB }));
  return [transA ?? 'N'].flat().flatMap((a) => [transB ?? 'N'].flat().map((b) => ({ transA: a, transB: b })));
}
