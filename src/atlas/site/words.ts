/** Words that are searched for, and whether a text has them. */

export const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** `m=1` and `4-bit` are whole: neither `m=1024` nor `14-bit`. Any other word may be a part of one. @param text in small letters */
export function hasWord(text: string, word: string): boolean {
  if (!/=.|^\d+-bit$/.test(word)) return text.includes(word);
  return text.split(/[\s/,;]+/).includes(word);
}
