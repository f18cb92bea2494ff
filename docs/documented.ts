/** Extracts the commands from Markdown pages and classifies them. */
import { isVerb, VERBS } from '../src/cli/verbs.ts';

export interface Documented {
  /** `README.md:27` */
  readonly place: string;
  readonly text: string;
}

/** Beginnings of commands, in blocks and in sentences. */
const BEGINNING = /^(?:\$ )?(?:npm|npx|bash|(?:\.\.\/shapemark-\*\/)?(?:shapemark|eval))\s/;

/** Pages may omit the program: `report --format html`, `compare BASE HEAD`. */
const VERB = new RegExp(`^(?:${VERBS.join('|')}) (?:.*--\\w|[A-Z]+\\b)`);

/** Commands of shell blocks (all lines), of other blocks and of sentences (those that begin like ours). */
export function commandsIn(markdown: string, file: string): Documented[] {
  const found: Documented[] = [];
  const shown = markdown.replace(/<!--.*?-->/gs, (comment) => comment.replace(/[^\n]/g, ' '));
  const prose = shown.replace(
    /^ *```(\w*)\n(.*?)^ *```$/gms,
    (block, language: string, body: string, offset: number) => {
      const first = lineAt(markdown, offset) + 1;
      const isShell = language === 'sh' || language === 'bash';
      found.push(...linesOf(body, file, first).filter(({ text }) => isShell || BEGINNING.test(text)));
      return block.replace(/[^\n]/g, ' ');
    },
  );
  // In a sentence, a command may be broken over two lines.
  for (const { 1: span = '', index } of prose.matchAll(/`([^`]+)`/g)) {
    const text = span.replace(/\s+/g, ' ');
    if (BEGINNING.test(text) || VERB.test(text)) found.push({ place: `${file}:${lineAt(markdown, index)}`, text });
  }
  return found.flatMap(({ place, text }) => partsOf(text).map((part) => ({ place, text: part })));
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Lines of a block without comments; a backslash at the end joins two. */
function linesOf(body: string, file: string, first: number): Documented[] {
  const found: Documented[] = [];
  let begun = '';
  for (const [i, line] of body.split('\n').entries()) {
    const text = begun + line.replace(/(^|\s)#.*$/, '').trimEnd();
    begun = text.endsWith('\\') ? text.slice(0, -1) : '';
    if (begun === '' && text.trim() !== '') found.push({ place: `${file}:${first + i}`, text: text.trim() });
  }
  return found;
}

/** The commands of a list (`a && b`), each without the prompt. */
function partsOf(text: string): string[] {
  return text.replace(/^\$ /, '').split(/\s*&&\s*/);
}

/** Words as a shell reads them; what is redirected goes nowhere. */
export function wordsOf(text: string): string[] {
  const [command = ''] = text.split(/\s>\s/);
  return [...command.matchAll(/(?:'[^']*'|"[^"]*"|\$\([^)]*\)|[^\s'"])+/g)].map(([word]) => word.replace(/['"]/g, ''));
}

export type Action =
  | { readonly kind: 'shapemark'; readonly args: readonly string[] }
  | { readonly kind: 'peers'; readonly args: readonly string[] }
  | { readonly kind: 'eval'; readonly name: string | undefined; readonly args: readonly string[] }
  /** A script of package.json that takes no arguments. */
  | { readonly kind: 'script'; readonly name: string }
  /** Something that has to be there. */
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'foreign' };

/** Programs that are not ours. */
const FOREIGN = ['alias', 'cd', 'git', 'mkdir', 'scp', 'tar'];

/** @throws Error where there is no rule for such a command */
export function actionOf({ place, text }: Documented): Action {
  const [program = '', ...words] = wordsOf(text);
  if (/(^|\/)shapemark$/.test(program)) return { kind: 'shapemark', args: words };
  if (/\/eval$/.test(program)) return { kind: 'eval', name: words[0], args: words.slice(1) };
  if (isVerb(program)) return { kind: 'shapemark', args: [program, ...words] };
  if (FOREIGN.includes(program)) return { kind: 'foreign' };
  const action = program === 'npm' ? npm(words) : program === 'npx' ? npx(words) : bash(program, words);
  if (action) return action;
  throw new Error(`${place}: no rule says how \`${text}\` is tried; add one to docs/documented.ts`);
}

function npm(words: readonly string[]): Action | null {
  const [verb, ...rest] = words.filter((word) => word !== '-s');
  if (verb === 'test' && rest.length === 0) return { kind: 'script', name: 'test' };
  if (verb === 'ci') return { kind: 'path', path: `${rest[0] === '--prefix' ? rest[1] : '.'}/package-lock.json` };
  if (verb !== 'run') return null;
  const [name = '', ...more] = rest;
  const dashes = more.indexOf('--');
  const [before, args] = dashes < 0 ? [more, []] : [more.slice(0, dashes), more.slice(dashes + 1)];
  if (name === 'eval') return before.length > 1 ? null : { kind: 'eval', name: before[0], args };
  if (before.length > 0) return null;
  if (name === 'shapemark') return { kind: 'shapemark', args };
  if (name === 'bench') return { kind: 'shapemark', args: ['run', ...args] };
  if (name === 'bench:peers') return { kind: 'peers', args };
  return args.length > 0 ? null : { kind: 'script', name };
}

function npx([tool, verb, path]: readonly string[]): Action | null {
  return tool === 'vitest' && verb === 'run' && path !== undefined ? { kind: 'path', path } : null;
}

function bash(program: string, [path]: readonly string[]): Action | null {
  return program === 'bash' && path !== undefined ? { kind: 'path', path } : null;
}
