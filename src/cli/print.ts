/** Documents as verbs print them. */

import { type Io, printJson } from '../experiment/io.ts';
import type { Document } from '../report/document/document.ts';
import { RENDERERS } from '../report/document/renderers.ts';
import { renderText } from '../report/document/text.ts';
import { asStartedHere } from './command-line.ts';
import type { FormatOptions } from './options.ts';

/** Commands in the text are written as they work in the current installation. */
export function printDocument(io: Io, document: Document, width?: number): void {
  io.out(asStartedHere(renderText(document, { style: io.style, ...(width !== undefined && { width }) })));
}

/** A verb's document in the form that is asked for; `data` is what programs read. */
export function printAs(io: Io, { format, json }: FormatOptions, { data, document, width }: Printed): void {
  const render = RENDERERS[format];
  if (json || format === 'json') printJson(io, data);
  else if (render) io.out(render(document));
  else printDocument(io, document, width);
}

interface Printed {
  readonly data: unknown;
  readonly document: Document;
  readonly width?: number;
}

/**
 * The results of an experiment that was cut short. With `--json` nothing is printed here, because the one document is then the
 * error.
 */
export function printSoFar<T>(io: Io, { found, by, json, documentOf }: SoFar<T>): void {
  if (!json) printDocument(io, { title: 'so far:', ...documentOf(found) });
  else if (by === 'interruption') printJson(io, found);
}

interface SoFar<T> {
  readonly found: T;
  readonly by: 'interruption' | 'error';
  readonly json: boolean;
  readonly documentOf: (found: T) => Document;
}
