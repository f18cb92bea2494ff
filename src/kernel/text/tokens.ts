/** WGSL tokens: text without comments and white space. */

/** Line terminators of the WGSL grammar. */
const LINE_END = /[\n\v\f\r\u0085\u2028\u2029]/;

/**
 * The text without comments, white space reduced to single blanks. Two programs that agree in this have the same tokens. Block
 * comments nest (WGSL §3.3); WGSL has no string literals that could contain `//`.
 */
export function tokensOf(code: string): string {
  return withoutComments(code).replace(/\s+/g, ' ').trim();
}

function withoutComments(code: string): string {
  const kept: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < code.length; i++) {
    const two = code.slice(i, i + 2);
    if (two === '/*') {
      if (depth === 0) kept.push(code.slice(from, i), ' ');
      depth++;
      i++;
    } else if (depth > 0) {
      if (two !== '*/') continue;
      depth--;
      i++;
      from = i + 1;
    } else if (two === '//') {
      kept.push(code.slice(from, i), ' ');
      while (i < code.length && !LINE_END.test(code[i] ?? '')) i++;
      from = i;
    }
  }
  if (depth === 0) kept.push(code.slice(from));
  return kept.join('');
}
