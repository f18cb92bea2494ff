/** A document as it goes to a terminal. */

import type { Io } from '../experiment/io.ts';
import type { Document } from '../report/document/document.ts';
import { renderText } from '../report/document/text.ts';
import { asStartedHere } from './command-line.ts';

/** Commands in it are named as they work here. */
export function printDocument(io: Io, document: Document, width?: number): void {
  io.out(asStartedHere(renderText(document, { style: io.style, ...(width !== undefined && { width }) })));
}
