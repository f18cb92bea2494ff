/** An error that no one foresaw, in one sentence: what it says and the line of the source that raised it, without a stack trace. */

/** The first frame: folders say nothing to a reader, and may name a person. */
const FRAME = /^\s+at (?:.*[\\/(])?([\w.-]+\.[cm]?[jt]s:\d+)/m;

export function faultSentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [, place] = FRAME.exec(error.stack ?? '') ?? [];
  const [message = ''] = error.message.split(/\n\s+at /);
  const name = error.name === 'Error' ? '' : `${error.name}: `;
  return `${name}${message.trim()}${place === undefined ? '' : ` (${place})`}`;
}
