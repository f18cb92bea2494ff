/** Which of the compared cases are asked for, and what is said where none is like that. */
import { titleOf } from './case-title.ts';
import { type Compared, partsOf } from './compare-data.ts';
import { hasWord, plain } from './words.ts';

export interface Wanted {
  readonly suite: string;
  readonly phase: string;
  /** Any of them; none wants nothing. */
  readonly formats: readonly string[];
  readonly kernel: string;
  /** All of them, anywhere in the id, the title or the kernels. */
  readonly words: readonly string[];
}

/** Those that have what is wanted; an empty text wants nothing. */
export function chosen(all: readonly Compared[], { words, kernel, formats, ...parts }: Wanted): Compared[] {
  return all.filter((one) => {
    const own = partsOf(one.problem);
    const has = (part: 'suite' | 'phase') => parts[part] === '' || parts[part] === own[part];
    if (!has('suite') || !has('phase')) return false;
    if (formats.length > 0 && !formats.includes(own.format)) return false;
    return (kernel === '' || one.kernels.includes(kernel)) && words.every((word) => hasWord(textOf(one), word));
  });
}

/** What there is to ask for, where nothing is like what was asked. */
export function hintFor(all: readonly Compared[], { words }: Wanted): string {
  const unknown = words.filter((word) => !all.some((one) => hasWord(textOf(one), word)));
  const suites = [...new Set(all.map(({ problem }) => partsOf(problem).suite))].sort();
  return [
    unknown.length > 0 ? `No case has ${unknown.map((word) => `‘${word}’`).join(' or ')}.` : '',
    `There are the suites ${suites.join(', ')}; a shape is typed as 1x2880x4096 or m=1.`,
  ]
    .filter(Boolean)
    .join(' ');
}

const texts = new Map<string, string>();

/** Titles of mixtures of experts are long to find, and asked for with each letter typed. */
function textOf({ problem, kernels }: Compared): string {
  const known = texts.get(problem) ?? plain(`${problem} ${titleOf(problem)}`);
  texts.set(problem, known);
  return `${known} ${kernels.join(' ')}`;
}
