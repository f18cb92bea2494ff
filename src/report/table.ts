/** A report as text for a terminal: aligned, nothing cut off, notes moved to their own line where a row gets too wide. */
import { COLUMNS, NUMERIC, type Report, type ReportRow, type UnservedRow } from './model.ts';
import { PLAIN, type Style } from './style.ts';

export interface TableOptions {
  readonly style?: Style;
  /** Columns to stay within where the cells allow it. */
  readonly width?: number;
}

const GAP = '  ';

export function renderTable(report: Report, { style = PLAIN, width = 120 }: TableOptions = {}): string {
  const rows = report.groups.flatMap((group) => group.rows);
  const shown = COLUMNS.filter((column) => rows.some((row) => row.cells[column] !== ''));
  const widths = new Map(
    shown.map((column) => [column, Math.max(column.length, ...rows.map((row) => row.cells[column].length))]),
  );
  const pad = (column: (typeof COLUMNS)[number], text: string) =>
    NUMERIC.has(column) ? text.padStart(widths.get(column) ?? 0) : text.padEnd(widths.get(column) ?? 0);
  const lineOf = (text: (column: (typeof COLUMNS)[number]) => string) =>
    `  ${shown.map((column) => pad(column, text(column))).join(GAP)}`.trimEnd();
  const body = (row: ReportRow) =>
    withNotes(
      lineOf((column) => row.cells[column]),
      row.notes,
      style,
      width,
    );
  const groups = report.groups.flatMap((group) => ['', style.bold(group.title), ...group.rows.flatMap(body)]);
  const header = rows.length > 0 ? [style.dim(lineOf((column) => column))] : [];
  const lines = [
    ...header,
    ...groups,
    ...absentLines(report, style),
    ...unservedLines(report.notServed, style),
    ...warningLines(report, style),
    '',
    ...report.footer.map(style.dim),
  ];
  return `${lines.join('\n').replace(/^\n/, '')}\n`;
}

function withNotes(line: string, notes: readonly string[], style: Style, width: number): string[] {
  if (notes.length === 0) return [line];
  const text = notes.join(', ');
  if (line.length + GAP.length + text.length <= width) return [line + GAP + style.warn(text)];
  return [line, `      ${style.warn(text)}`];
}

function absentLines(report: Report, style: Style): string[] {
  return (['failed', 'skipped'] as const).flatMap((status) => {
    const rows = report.absent.filter((row) => row.status === status);
    if (rows.length === 0) return [];
    const paint = status === 'failed' ? style.bad : style.warn;
    const lines = rows.flatMap((row) => [
      `  ${row.id}`,
      `      ${paint(row.reason)}${row.detail ? `: ${row.detail.replace(/\s*\n\s*/g, '\n      ')}` : ''}`,
      ...(status === 'failed' ? [`      ${style.dim(`again: ${row.reproduce}`)}`] : []),
    ]);
    return ['', style.bold(status), ...lines];
  });
}

/** One line for a kernel and rule, however many cases that is. */
export function unservedLines(rows: readonly UnservedRow[], style: Style): string[] {
  if (rows.length === 0) return [];
  const cases = (row: UnservedRow) => `${row.cases} ${row.cases === 1 ? 'case' : 'cases'}`;
  const widest = (text: (row: UnservedRow) => string) => Math.max(...rows.map((row) => text(row).length));
  const [kernels, counts] = [widest(({ kernel }) => kernel), widest(cases)];
  return [
    '',
    style.bold('not served, on any device'),
    ...rows.map((row) => `  ${row.kernel.padEnd(kernels)}  ${cases(row).padStart(counts)}  ${style.dim(row.rule)}`),
  ];
}

function warningLines(report: Report, style: Style): string[] {
  if (report.warnings.length === 0) return [];
  const lines = report.warnings.map(
    ({ code, rows, message }) => `  ${style.warn(code)} (${rows} ${rows === 1 ? 'row' : 'rows'}): ${message}`,
  );
  return ['', style.bold('notes'), ...lines];
}
