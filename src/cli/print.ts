/** A document as it goes to a terminal. */

import { type Io, printJson } from '../experiment/io.ts';
import type { Document } from '../report/document/document.ts';
import { renderText } from '../report/document/text.ts';
import { asStartedHere } from './command-line.ts';

/** Commands in it are named as they work here. */
export function printDocument(io: Io, document: Document, width?: number): void {
  io.out(asStartedHere(renderText(document, { style: io.style, ...(width !== undefined && { width }) })));
}

/** What an experiment found until it was cut short. With `--json` there is one document, and an error is that. */
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
