/** Reads small files of data that people write, with errors that name the line. */
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { checked } from './read.ts';
import { RecordError } from './record-error.ts';

/** Throws RecordError with the line of what is wrong. */
export function parseYaml<S extends z.ZodType>(text: string, file: string, schema: S): z.output<S> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
  const [wrong] = document.errors;
  if (wrong)
    throw new RecordError(file, lines.linePos(wrong.pos[0]).line, wrong.message.replace(/ at line[\s\S]*$/, ''));
  return checked(plainOf(document, file), schema, { text, file });
}

/** Aliases may lack their anchor, or stand for more than anyone wrote. */
function plainOf(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new RecordError(file, 1, `${error instanceof Error ? error.message : String(error)}; write the values out`);
  }
}
