/** Damages texts at random: bytes, lines, words and numbers, and pieces of other texts. */

/** Values that programs stumble over. */
const HOSTILE = [
  ...[
    '',
    ' ',
    '\0',
    '\ufeff',
    '\r',
    '\n',
    '\t',
    '"',
    "'",
    '`',
    '\\',
    '/',
    '../../x',
    '%s',
    '$(x)',
    '<script>',
    '\u202e',
    '\ud800',
    '𝟘',
  ],
  ...[
    '0',
    '-0',
    '-1',
    '1e309',
    '1e-400',
    'NaN',
    'Infinity',
    '9007199254740993',
    '2147483648',
    '4294967296',
    '1.5',
    '0x10',
    '1_000',
  ],
  ...[
    'null',
    'true',
    'undefined',
    '[]',
    '{}',
    '[[[[[[[[]]]]]]]]',
    '{"a":{"a":{"a":{}}}}',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    '&a',
    '*a',
    '<<: *a',
    '!!js/function x',
    '- - - -',
    ': :',
    '? x',
    '%YAML 1.1',
    '---',
    '...',
    '{',
    '}',
    '[',
    ']',
    '#',
  ],
  ...['a'.repeat(5000), '['.repeat(2000), '{"a":'.repeat(1000), '9'.repeat(400), '\n'.repeat(300), '(('.repeat(400)],
];

type Random = () => number;

/** @param others texts whose lines may be put in */
export function mutated(text: string, random: Random, others: readonly string[]): string {
  let result = text;
  const times = 1 + Math.floor(random() ** 2 * 6);
  for (let i = 0; i < times; i++) result = pick(MUTATIONS, random)(result, random, others);
  return result;
}

type Mutation = (text: string, random: Random, others: readonly string[]) => string;

const MUTATIONS: readonly Mutation[] = [
  // A piece is left out, repeated, or replaced.
  (text, random) => cut(text, random, () => ''),
  (text, random) => cut(text, random, (piece) => piece + piece),
  (text, random) => cut(text, random, () => pick(HOSTILE, random)),
  (text, random) => text.slice(0, place(text, random)),
  (text, random) => {
    const at = place(text, random);
    return text.slice(0, at) + pick(HOSTILE, random) + text.slice(at);
  },
  // One character is another.
  (text, random) => {
    const at = place(text, random);
    return text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1);
  },
  // A word or a number is another.
  (text, random) => replaceOne(text, /[A-Za-z_][\w-]*/g, random, () => pick(HOSTILE, random)),
  (text, random) => replaceOne(text, /-?\d+(\.\d+)?(e-?\d+)?/gi, random, () => pick(HOSTILE, random)),
  (text, random) =>
    replaceOne(text, /-?\d+(\.\d+)?(e-?\d+)?/gi, random, (word) =>
      String(Number(word) * 10 ** Math.floor(random() * 40 - 20)),
    ),
  (text, random) => replaceOne(text, /"[^"\n]*"/g, random, () => pick(HOSTILE, random)),
  // Lines change places, or come from elsewhere.
  (text, random) => lines(text, random, (all, at) => [...all.slice(0, at), ...all.slice(at + 1)]),
  (text, random) => lines(text, random, (all, at) => [...all.slice(0, at), all[at] ?? '', ...all.slice(at)]),
  (text, random) => lines(text, random, (all, at) => [...all.slice(at), ...all.slice(0, at)]),
  (text, random, others) =>
    lines(text, random, (all, at) => [
      ...all.slice(0, at),
      pick(pick(others, random).split('\n'), random),
      ...all.slice(at),
    ]),
  (text, random) => text.replaceAll('\n', pick(['\r\n', '\r', '\u2028', ''], random)),
];

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)] as T;
}

const place = (text: string, random: Random) => Math.floor(random() * (text.length + 1));

function cut(text: string, random: Random, by: (piece: string) => string): string {
  const at = place(text, random);
  const end = Math.min(text.length, at + 1 + Math.floor(random() ** 3 * 400));
  return text.slice(0, at) + by(text.slice(at, end)) + text.slice(end);
}

function replaceOne(text: string, pattern: RegExp, random: Random, by: (word: string) => string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const { 0: word, index } = pick(found, random);
  return text.slice(0, index) + by(word) + text.slice(index + word.length);
}

function lines(text: string, random: Random, change: (all: string[], at: number) => string[]): string {
  const all = text.split('\n');
  return change(all, Math.floor(random() * all.length)).join('\n');
}
