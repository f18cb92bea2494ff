/** Text in a record reaches terminals, HTML and file names: it must be short and free of characters that act there. */
import { ask, type Finding, refuse } from './finding.ts';

/** Characters of a name, and of a sentence from a compiler or driver. */
const LONGEST = { name: 300, sentence: 4000 };
/** Fields that contain sentences, line breaks included. */
const SENTENCES = new Set(['detail', 'message', 'reason', 'lost', 'from']);

const CONTROL = /[\p{Cc}]/u;
const CONTROL_BUT_BREAKS = /(?![\n\t])[\p{Cc}]/u;
/** Marks of direction, invisible letters, tags, private and unassigned characters. */
const INVISIBLE = /[\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
const LONE_SURROGATE = /\p{Cs}/u;
const MARKUP = /<[a-z/!?]|&#?\w+;|javascript:/i;
/** Of names that drivers and systems give; kernels describe themselves, which the commit proves. */
const BEYOND_ASCII = /(?![\u0020-\u007e®™©°µ×·–—−…’“”])[\p{L}\p{M}\p{N}\p{Zs}]/u;
const DESCRIBED = new Set(['technique']);
const ADDRESS = /https?:|\bwww\.|:\/\//i;
/** A Latin word with letters of another alphabet that look the same. */
const MIXED = /(?=[\p{L}]*\p{Script=Latin})(?=[\p{L}]*[\p{Script=Cyrillic}\p{Script=Greek}])\p{L}{2,}/u;

/** Of the whole document: values and keys. */
export function* textFindings(document: unknown): Generator<Finding> {
  for (const { text, path, field } of strings(document, '', '')) {
    const sentence = SENTENCES.has(field);
    const most = sentence ? LONGEST.sentence : LONGEST.name;
    if (text.length > most) yield refuse(`${path} is ${text.length} characters long; ${most} are allowed`);
    else if ((sentence ? CONTROL_BUT_BREAKS : CONTROL).test(text))
      yield refuse(`${path} contains the control character ${codeOf(text, CONTROL)}`);
    else if (INVISIBLE.test(text) || LONE_SURROGATE.test(text))
      yield refuse(`${path} contains the invisible character ${codeOf(text, INVISIBLE)}`);
    else if (MARKUP.test(text))
      yield sentence ? ask(`${path} contains markup`) : refuse(`${path} contains markup: ${text.slice(0, 60)}`);
    else if (field !== 'from' && ADDRESS.test(text)) yield ask(`${path} contains an address: ${text.slice(0, 60)}`);
    else if (!sentence && !DESCRIBED.has(field) && BEYOND_ASCII.test(text))
      yield ask(
        `${path} contains ${codeOf(text, BEYOND_ASCII)}, which may look like another letter: ${text.slice(0, 60)}`,
      );
    else if (MIXED.test(text)) yield ask(`${path} mixes alphabets in one word: ${text.slice(0, 60)}`);
  }
}

function codeOf(text: string, pattern: RegExp): string {
  const point = pattern.exec(text)?.[0].codePointAt(0) ?? 0xfffd;
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}

interface Place {
  readonly text: string;
  readonly path: string;
  /** Name of the field, without the place in a list. */
  readonly field: string;
}

function* strings(value: unknown, path: string, field: string): Generator<Place> {
  if (typeof value === 'string') yield { text: value, path, field };
  else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* strings(item, `${path}[${i}]`, field);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      const inside = path === '' ? key.slice(0, 60) : `${path}.${key.slice(0, 60)}`;
      yield { text: key, path: `a key of ${path || 'the record'}`, field: '' };
      yield* strings(item, inside, key);
    }
  }
}
