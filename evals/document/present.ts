/** How an evaluation hands out what it found: as text, or as JSON, which `evals/results/` keeps for docs/evaluations.md. */
import type { Document, Section } from '../../src/report/document/document.ts';
import { renderText } from '../../src/report/document/text.ts';
import { RUN_WIDTH } from '../../src/report/run.ts';

export function present<T>(found: T, sectionsOf: (found: T) => readonly Section[], json: boolean): void {
  const document: Document = { sections: sectionsOf(found) };
  process.stdout.write(
    json ? `${JSON.stringify(rounded(found), null, 1)}\n` : renderText(document, { width: RUN_WIDTH }),
  );
}

/** Five digits are more than an evaluation can tell apart; settings stay exact, since some are 1 − 10⁻¹⁵. */
export function rounded<T>(value: T): T;
export function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(5));
  if (Array.isArray(value)) return value.map((item) => rounded<unknown>(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, key === 'setting' ? member : rounded<unknown>(member)]),
  );
}
