/** What `run --verify-only` found: a line for each kernel, format and layout with its worst case, and every case that is not right. */
import type { Verification, VerifiedCase } from '../record/beside/verification.ts';
import { alike } from './alike.ts';
import { type Document, lines, section } from './document/document.ts';
import { type ColumnOf, column, tableOf } from './document/table.ts';
import { formatText, shapeText } from './labels.ts';
import { COUNT, FIGURES, TEXT } from './quantities.ts';
import { counted } from './si.ts';

interface Line {
  readonly kernel: string;
  readonly format: string;
  readonly cases: readonly VerifiedCase[];
}

const of = ({ cases }: Line, holds: (one: VerifiedCase) => boolean) => cases.filter(holds).length || null;
const ofBudget = ({ kernelError = 0, budget = 1 }: VerifiedCase) => kernelError / budget;

const COLUMNS: readonly ColumnOf<Line>[] = [
  column('kernel', TEXT, ({ kernel }) => kernel),
  column('format', TEXT, ({ format }) => format),
  column('verified', COUNT, (line) => of(line, ({ status }) => status === 'verified')),
  column('overflow', COUNT, (line) => of(line, ({ reason }) => reason === 'overflow')),
  column('failed', COUNT, (line) => of(line, ({ status, reason }) => status === 'failed' && reason !== 'overflow')),
  column('skipped', COUNT, (line) => of(line, ({ status }) => status === 'skipped')),
  column('error / budget', FIGURES, (line) => {
    const worst = worstOf(line);
    return worst?.kernelError === undefined ? '' : ofBudget(worst).toPrecision(2);
  }),
  column('at', TEXT, (line) => {
    const worst = worstOf(line);
    return worst === undefined ? '' : shapeText(worst);
  }),
];

function worstOf({ cases }: Line): VerifiedCase | undefined {
  return cases
    .filter(({ status }) => status === 'verified')
    .reduce<VerifiedCase | undefined>(
      (worst, one) => (worst && ofBudget(worst) >= ofBudget(one) ? worst : one),
      undefined,
    );
}

export function verificationDocument({ cases, counts, notServed, machine, driver, ended }: Verification): Document {
  const found = new Map<string, Line & { cases: VerifiedCase[] }>();
  for (const one of cases) {
    const format = formatText({ ...one, operands: { mode: 'cold' } });
    const key = `${one.kernel.name} ${format}`;
    const line = found.get(key) ?? { kernel: one.kernel.name, format, cases: [] };
    found.set(key, line);
    line.cases.push(one);
  }
  const wrong = cases.filter(({ status, reason }) => status === 'failed' && reason !== 'overflow');
  const over = cases.filter(({ reason }) => reason === 'overflow');
  const told = (one: VerifiedCase) => `${one.id}: ${one.reason}: ${one.detail}`;
  const skipped = alike(
    cases.filter(({ status }) => status === 'skipped'),
    ({ reason, detail }) => `${reason}: ${detail}`,
  ).sort((a, b) => b.length - a.length);
  const why = (group: (typeof skipped)[number]) =>
    `${counted(group.length, 'case')}: ${group[0].reason}: ${group[0].detail}`;
  const unserved = Object.values(notServed).reduce((sum, count) => sum + count, 0);
  const total = `${counts.verified} verified, ${counts.overflow} overflow, ${counts.failed} failed, ${counts.skipped} skipped, ${unserved} not served`;
  const end = ended === 'all' ? 'nothing was timed' : 'interrupted; nothing was timed';
  return {
    sections: [
      ...section(undefined, tableOf(COLUMNS, [...found.values()])),
      ...section('failed', lines(wrong.map(told), 'bad')),
      ...section('overflow, as the right results are beyond the format', lines(over.map(told))),
      ...section('skipped', lines(skipped.map(why))),
      ...section(undefined, lines([`machine: ${machine} (${driver})`, `${end}; ${total}`])),
    ],
  };
}
