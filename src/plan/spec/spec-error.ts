/** Where a mistake sits in a spec file; line and column count from 1. */
export interface SpecPlace {
  readonly file: string;
  readonly line?: number;
  readonly col?: number;
  /** Path inside the document, e.g. `shapes[3].n`; empty for the document itself. */
  readonly path?: string;
}

/**
 * A spec that cannot be used: wrong YAML, wrong schema, unknown names, empty ranges. The message is complete in itself:
 * `benches/x.yaml:12:7: shapes[3].n: expected a positive integer, got "12a"`.
 */
export class SpecError extends Error {
  readonly file: string;
  readonly line: number | undefined;
  readonly col: number | undefined;
  /** What is wrong, without file and position. */
  readonly reason: string;

  constructor(place: SpecPlace, reason: string) {
    const position = place.line === undefined ? '' : `:${place.line}:${place.col ?? 1}`;
    const path = place.path ? `${place.path}: ` : '';
    super(`${place.file}${position}: ${path}${reason}`);
    this.name = 'SpecError';
    this.file = place.file;
    this.line = place.line;
    this.col = place.col;
    this.reason = reason;
  }
}

export type DocumentPath = readonly (string | number)[];

/** `['shapes', 3, 'n']` → `shapes[3].n`. */
export function formatPath(path: DocumentPath): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}
