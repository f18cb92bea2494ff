/** Cases of a machine that gave a wrong answer or none. Equal cases of several suites count once, as their histories do. */
import { type Child, element } from '../report/document/markup.ts';
import { counted } from '../report/si.ts';
import { kernelOf, type Latest, type Place } from './atlas.ts';
import { machinePath } from './paths.ts';
import type { View } from './view.ts';

type Rows = Pick<Place, 'latest'>;

/** The first row of each. */
export function failedCases({ latest }: Rows): Latest[] {
  const known = new Set<string>();
  return latest.filter(({ row }) => {
    if (row.status !== 'failed' || known.has(row.series)) return false;
    known.add(row.series);
    return true;
  });
}

/** Cases that ran, with a number or without. */
export function casesRun({ latest }: Rows): number {
  return new Set(latest.flatMap(({ row }) => (row.status === 'skipped' ? [] : [row.series]))).size;
}

/** `wrong in 3 other cases`, leading to them, beside a number, which is of a right answer; nothing for a kernel that is right wherever it ran. */
export function wrongMark(place: Place, kernel: string, view: View): Child {
  const own = failedCases(place).filter(({ row }) => kernelOf(row) === kernel);
  if (own.length === 0) return undefined;
  const isWrong = own.every(({ row }) => row.status === 'failed' && row.reason === 'wrong-answer');
  const text = `${isWrong ? 'wrong' : 'wrong or failed'} in ${counted(own.length, 'other case')}`;
  return [' ', element('span', { class: 'warn' }, view.link(`${machinePath(place.machine)}#failed`, text))];
}
