/** The text of a contributed file: exactly what shapemark writes, without a field that the schema does not have. */
import { ask, type Finding, refuse } from './finding.ts';

/**
 * Fields that the schema does not have.
 *
 * @param given the parsed JSON
 * @param read the same after its schema, which drops unknown fields
 */
export function* unknownFields(given: unknown, read: unknown, path = ''): Generator<Finding> {
  if (Array.isArray(given) && Array.isArray(read)) {
    for (const [i, item] of given.entries()) yield* unknownFields(item, read[i], `${path}[${i}]`);
  } else if (isObject(given) && isObject(read)) {
    for (const [key, item] of Object.entries(given)) {
      const inside = path === '' ? key : `${path}.${key}`;
      if (Object.hasOwn(read, key)) yield* unknownFields(item, read[key], inside);
      else yield refuse(`${inside.slice(0, 100)} is not a field of a record`);
    }
  }
}

/**
 * Keys that are given twice, numbers that JSON.parse changes, and other text that shapemark does not write: the file must be
 * what its content is written as. Line ends and a byte order mark may differ.
 *
 * @param rewritten the content as shapemark writes it
 */
export function* textDifferences(text: string, rewritten: string): Generator<Finding> {
  const given = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  if (given === rewritten) return;
  if (withoutSpace(given) === withoutSpace(rewritten)) {
    yield ask('the file was formatted by another program');
    return;
  }
  const [lines, expected] = [given.split('\n'), rewritten.split('\n')];
  const line = lines.findIndex((each, i) => each !== expected[i]);
  yield refuse(
    `line ${line + 1} is not what its content is written as (a key given twice, or a number in another form): ${(lines[line] ?? '').trim().slice(0, 60)}`,
  );
}

/** Outside of strings. */
function withoutSpace(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
