/** Words that are searched for, and whether a text has them. */

/** In small letters, with one sign of multiplication: `1×2880`, `1*2880` and `1x2880` are alike. */
export const plain = (text: string): string => text.toLowerCase().replace(/[×*]/g, 'x');

export const wordsOf = (text: string): string[] => plain(text).split(/\s+/).filter(Boolean);

/** `m=1` and `4-bit` are whole: neither `m=1024` nor `14-bit`. `1x2880` begins with that number. Any other word may be a part of one. @param text as of `plain` */
export function hasWord(text: string, word: string): boolean {
  if (/^\d+x\d/.test(word)) return new RegExp(`(?<!\\d)${word.replace(/[^\w]/g, '\\$&')}`).test(text);
  if (!/=.|^\d+-bit$/.test(word)) return text.includes(word);
  return text.split(/[\s/,;]+/).includes(word);
}
