/** A report as GitHub-flavoured markdown, for job summaries and pull requests. */
import { COLUMNS, NUMERIC, type Report } from './model.ts';

export function renderMarkdown(report: Report): string {
  const groups = report.groups.flatMap((group) => [
    `### ${escaped(group.title)}`,
    '',
    line([...COLUMNS, 'notes']),
    line([...COLUMNS.map((column) => (NUMERIC.has(column) ? '--:' : '--')), '--']),
    ...group.rows.map((row) =>
      line([...COLUMNS.map((column) => escaped(row.cells[column])), escaped(row.notes.join(', '))]),
    ),
    '',
  ]);
  const absent = report.absent.flatMap((row, i) => [
    ...(i === 0 ? ['### Without a number', '', line(['case', 'status', 'reason']), line(['--', '--', '--'])] : []),
    line([
      `\`${row.id.replaceAll('|', '\\|')}\``,
      row.status,
      escaped(row.detail ? `${row.reason}: ${row.detail}` : row.reason),
    ]),
    ...(i === report.absent.length - 1 ? [''] : []),
  ]);
  const unserved = report.notServed.map(({ kernel, cases, rule }) =>
    line([escaped(kernel), String(cases), escaped(rule)]),
  );
  const warnings = report.warnings.map(
    ({ code, rows, message }) => `- ${escaped(code)} (${rows}): ${escaped(message)}`,
  );
  return [
    ...groups,
    ...absent,
    ...(unserved.length > 0
      ? [
          '### Not served, on any device',
          '',
          line(['kernel', 'cases', 'why']),
          line(['--', '--:', '--']),
          ...unserved,
          '',
        ]
      : []),
    ...warnings,
    ...(warnings.length > 0 ? [''] : []),
    ...report.footer.map((text) => `${escaped(text)}  `),
    '',
  ].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Text that markdown shows as it is, on one line. */
function escaped(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').replace(/[\\`*_|<>[\]]/g, '\\$&');
}
