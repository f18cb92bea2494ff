/** Journal of finished visits, so that an interrupted comparison can be resumed. */
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { canonicalJson, digest } from '../src/gemm/digest.ts';
import type { FinishedVisit } from '../src/measure/parent/progress.ts';

export class Journal {
  /** Visits of the interrupted comparison; none when it was another one. */
  readonly finished: readonly FinishedVisit[];
  readonly #path: string;

  /**
   * @param identity what must be equal for old visits to be used
   * @param resume whether to continue an existing journal
   */
  constructor(path: string, identity: unknown, resume: boolean) {
    this.#path = path;
    const header = digest(canonicalJson(identity));
    this.finished = resume ? read(path, header) : [];
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, [header, ...this.finished].map(line).join(''));
  }

  add(visit: FinishedVisit): void {
    appendFileSync(this.#path, line(visit), { flush: true });
  }

  /** The comparison is complete. */
  remove(): void {
    rmSync(this.#path, { force: true });
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** An incomplete last line is ignored. */
function read(path: string, header: string): FinishedVisit[] {
  const [first, ...visits] = textOf(path).split('\n').map(parsed);
  return first === header ? visits.filter(isVisit) : [];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isVisit(value: unknown): value is FinishedVisit {
  return value !== null && typeof value === 'object' && 'caseId' in value && 'process' in value && 'result' in value;
}
