/** Position of the first JSON error, which V8 reports only for some errors and in some versions. */

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
/** The offending token: a string, a word, or one character. */
const WRONG = /"[^"\n]*"?|[^\s,:[\]{}"]+|\S/y;
const LONGEST = 40;

export interface JsonError {
  /** From 1. */
  readonly line: number;
  /** The token, shortened; null at the end of the text. */
  readonly found: string | null;
}

/** The first unexpected token; null for valid JSON. */
export function jsonError(text: string): JsonError | null {
  const at = new Walk(text).firstWrong();
  if (at === null) return null;
  WRONG.lastIndex = at;
  const found = WRONG.exec(text)?.[0].slice(0, LONGEST) ?? null;
  return { line: text.slice(0, at).split('\n').length, found };
}

/** What may come next. `first` stands behind an opening bracket, which may close at once. */
type Expected = 'value' | 'first value' | 'key' | 'first key' | 'comma or end';

/** Uses its own stack, so that a million brackets do not overflow. */
class Walk {
  readonly #text: string;
  readonly #closing: (']' | '}')[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  firstWrong(): number | null {
    let expected: Expected | null = 'value';
    for (;;) {
      this.#take(SPACE);
      if (expected === 'comma or end' && this.#closing.length === 0) break;
      const next: Expected | null = this.#step(expected);
      if (next === null) return this.#at;
      expected = next;
    }
    return this.#at === this.#text.length ? null : this.#at;
  }

  /** Null where the next thing is not what is expected. */
  #step(expected: Expected): Expected | null {
    const closing = this.#closing.at(-1);
    if (expected !== 'value' && expected !== 'key' && closing !== undefined && this.#takeSign(closing)) {
      this.#closing.pop();
      return 'comma or end';
    }
    if (expected === 'comma or end') return this.#takeSign(',') ? (closing === ']' ? 'value' : 'key') : null;
    if (expected === 'key' || expected === 'first key') return this.#takeKey() ? 'value' : null;
    if (this.#takeSign('[')) return this.#opened(']', 'first value');
    if (this.#takeSign('{')) return this.#opened('}', 'first key');
    return this.#take(STRING) || this.#take(SCALAR) ? 'comma or end' : null;
  }

  #opened(closing: ']' | '}', expected: Expected): Expected {
    this.#closing.push(closing);
    return expected;
  }

  #takeKey(): boolean {
    if (!this.#take(STRING)) return false;
    this.#take(SPACE);
    return this.#takeSign(':');
  }

  #takeSign(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    this.#at += found?.[0].length ?? 0;
    return found !== null;
  }
}
