/** The page as one self-contained file: no script, no network, readable without colour, light or dark as the reader's system is. */
import type { UnservedRow } from './model.ts';
import type { Page, PageFinding, PageMachine, PageRow } from './page.ts';
import { escapeHtml, renderSparkline } from './sparkline.ts';
import { STYLESHEET } from './stylesheet.ts';

export function renderHtml(page: Page): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>shapemark report</title>',
    `<style>${STYLESHEET}</style>`,
    '<main>',
    '<h1>shapemark</h1>',
    `<p class="summary">${escapeHtml(page.summary)}</p>`,
    ...(page.machines.length > 1 ? [contents(page.machines)] : []),
    ...page.machines.flatMap(machineSection),
    '</main>',
    '</html>',
    '',
  ].join('\n');
}

function contents(machines: readonly PageMachine[]): string {
  const items = machines.map(({ machine }) => `<li><a href="#${escapeHtml(machine)}">${escapeHtml(machine)}</a></li>`);
  return `<nav><ul>${items.join('')}</ul></nav>`;
}

function machineSection({ machine, subtitle, findings, groups, notServed, footer }: PageMachine): string[] {
  return [
    `<section id="${escapeHtml(machine)}">`,
    `<h2>${escapeHtml(machine)}</h2>`,
    `<p class="subtitle">${escapeHtml(subtitle)}</p>`,
    ...(findings.length > 0
      ? ['<h3>Findings, worst first</h3>', '<ul class="findings">', ...findings.map(finding), '</ul>']
      : []),
    ...groups.flatMap(({ title, rows }) => [`<h3>${escapeHtml(title)}</h3>`, table(rows)]),
    ...unserved(notServed),
    `<ul class="footer">${footer.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`,
    '</section>',
  ];
}

function finding({ verdict, size, id, evidence, reproduce, history }: PageFinding): string {
  return [
    `<li><span class="verdict ${verdict}">${verdict}</span> <strong>${escapeHtml(size)}</strong> <code>${escapeHtml(id)}</code>`,
    `<div class="evidence">${history ? renderSparkline(history) : ''}<span>${escapeHtml(evidence)}</span></div>`,
    `<pre>${escapeHtml(reproduce)}</pre></li>`,
  ].join('');
}

function unserved(rows: readonly UnservedRow[]): string[] {
  if (rows.length === 0) return [];
  const body = rows.map(
    ({ kernel, cases, rule }) =>
      `<tr><td>${escapeHtml(kernel)}</td><td class="number">${cases}</td><td class="notes">${escapeHtml(rule)}</td></tr>`,
  );
  const head = '<thead><tr><th>kernel</th><th class="number">cases</th><th>why</th></tr></thead>';
  return [
    '<details><summary>Not served, on any device</summary>',
    `<div class="scroll"><table>${head}<tbody>\n${body.join('\n')}\n</tbody></table></div></details>`,
  ];
}

/** Heading, and whether the column is of numbers. */
export const COLUMNS: readonly (readonly [title: string, numeric: boolean, text: (row: PageRow) => string])[] = [
  ['m×n×k', false, ({ shape }) => shape],
  ['format', false, ({ format }) => format],
  ['kernel', false, ({ kernel }) => kernel],
  ['time', true, ({ time }) => time],
  ['spread', true, ({ spread }) => spread],
  ['rate', true, ({ rate }) => rate],
  ['of peak', true, ({ peak }) => peak],
];

function table(rows: readonly PageRow[]): string {
  const shown = COLUMNS.filter(([, , text]) => rows.some((row) => text(row) !== ''));
  const withEffect = rows.some(({ detectable }) => detectable !== '');
  const heading = (title: string, numeric: boolean) =>
    `<th${numeric ? ' class="number"' : ''}>${escapeHtml(title)}</th>`;
  const head = [
    heading('GEMM', false),
    ...shown.map(([title, numeric]) => heading(title, numeric)),
    heading('rate over runs', false),
    heading('verdict', false),
    ...(withEffect ? [heading('would see', true)] : []),
    heading('notes', false),
  ];
  const body = rows.map((row) => {
    const cells = shown.map(
      ([, numeric, text]) => `<td${numeric ? ' class="number"' : ''}>${escapeHtml(text(row))}</td>`,
    );
    const [first] = row.verdict.split(' ');
    return [
      `<tr><td><details><summary>${escapeHtml(row.name)}</summary><code>${escapeHtml(row.id)}</code><pre>${escapeHtml(row.reproduce)}</pre></details></td>`,
      ...cells,
      `<td>${row.history ? renderSparkline(row.history) : ''}</td>`,
      `<td><span class="verdict ${first}">${escapeHtml(row.verdict)}</span></td>`,
      ...(withEffect ? [`<td class="number">${escapeHtml(row.detectable)}</td>`] : []),
      `<td class="notes">${escapeHtml(row.notes)}</td></tr>`,
    ].join('');
  });
  return `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}
