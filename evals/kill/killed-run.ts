/** Runs that are killed with SIGKILL and resumed until they end, and what became of every visit. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { journals } from '../../src/record/journal/journal.node.ts';
import { parseJournal } from '../../src/record/journal/journal.ts';
import { listRecords, readRecord } from '../../src/record/store/store.node.ts';
import { mad, median } from '../../src/stats/centre.ts';
import { seededRandom } from '../../src/stats/random.ts';

export interface KillRequest {
  /** A run that stores its record in the folder given with --results; --resume and that are added. */
  readonly command: readonly [string, ...string[]];
  /** For results; each run has a folder of its own. */
  readonly folder: string;
  readonly kills: number;
  readonly seed: number;
  /** A third of the kills are while the command starts, the others after it has written a random part of so many bytes. */
  readonly mostBytes: number;
  /** Called after each kill with what was found so far, and lines that are on disk of the run under way. */
  readonly onKill?: (soFar: Readonly<KillOutcome>, lines: number) => void;
}

export interface KillOutcome {
  kills: number;
  runs: number;
  cases: number;
  /** Lines of journals that were whole at a kill, and those that the next command changed. */
  lines: number;
  changed: number;
  /** Visits of all records; visits that were on disk and are in none, and that are there twice. */
  visits: number;
  lost: number;
  repeated: number;
  repeatedCases: number;
  /** Cases that a run began with and its record has not. */
  missingCases: number;
  /** Files that are neither a record nor beside one. */
  left: string[];
}

/** Starts over with a new run when one ends before all kills are done. */
export async function killedRuns(request: KillRequest): Promise<KillOutcome> {
  const outcome: KillOutcome = {
    ...{ kills: 0, runs: 0, cases: 0, lines: 0, changed: 0 },
    ...{ visits: 0, lost: 0, repeated: 0, repeatedCases: 0, missingCases: 0, left: [] },
  };
  const random = seededRandom(request.seed);
  do await new KilledRun(join(request.folder, `run-${outcome.runs}`), request, random, outcome).run();
  while (outcome.kills < request.kills);
  return outcome;
}

class KilledRun {
  readonly #results: string;
  readonly #request: KillRequest;
  readonly #random: () => number;
  readonly #outcome: KillOutcome;
  /** Whole lines of each journal at the last kill. */
  readonly #texts = new Map<string, string>();
  /** Visits that were on disk, as a record tells them. */
  readonly #seen = new Map<string, string>();
  /** Cases that the run began with. */
  readonly #begun = new Set<string>();
  /** Seconds from a start to the first line, as last seen. */
  #startSeconds = 1;

  constructor(results: string, request: KillRequest, random: () => number, outcome: KillOutcome) {
    this.#results = results;
    this.#request = request;
    this.#random = random;
    this.#outcome = outcome;
  }

  async run(): Promise<void> {
    this.#outcome.runs++;
    for (;;) {
      const [program, ...words] = this.#request.command;
      const child = spawn(program, [...words, '--results', this.#results, '--resume'], { stdio: 'ignore' });
      const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
      if (this.#outcome.kills < this.#request.kills) await this.#kill(child, ended);
      const code = await ended;
      this.#look();
      if (code === 0) break;
      if (code !== null) throw new Error(`a resumed run exited with ${code}`);
      this.#outcome.kills++;
      this.#request.onKill?.(this.#outcome, this.#lines());
    }
    this.#finish();
  }

  async #kill(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
    let isOver = false;
    void ended.then(() => {
      isOver = true;
    });
    const start = performance.now();
    if (this.#random() < 1 / 3) {
      await Promise.race([ended, sleep(this.#random() * this.#startSeconds * 1e3)]);
    } else {
      const before = this.#bytes();
      const end = before + this.#random() * this.#request.mostBytes;
      while (!isOver && this.#bytes() === before) await sleep(1);
      this.#startSeconds = (performance.now() - start) / 1e3;
      while (!isOver && this.#bytes() <= end) await sleep(1);
      // Within the next write, too.
      await Promise.race([ended, sleep(this.#random() * 5)]);
    }
    child.kill('SIGKILL');
  }

  #bytes(): number {
    return journals(this.#results).reduce(
      (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  #lines(): number {
    return [...this.#texts.values()].reduce((sum, text) => sum + text.split('\n').length - 1, 0);
  }

  /** What was whole at the last kill must still stand there, byte for byte, as long as the journal does. */
  #look(): void {
    for (const file of journals(this.#results)) {
      const text = readIfThere(file);
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      const before = this.#texts.get(file) ?? '';
      if (!whole.startsWith(before)) this.#outcome.changed += before.split('\n').length;
      this.#texts.set(file, whole);
      if (whole === '') continue;
      const { header, entries } = parseJournal(whole, file);
      for (const { id } of header.cases) this.#begun.add(id);
      const visits = entries.flatMap((entry) => (entry.type === 'visit' ? [entry.visit] : []));
      const names = visits.map(({ process, caseId }) => visitName(header.id, process, caseId));
      this.#outcome.repeated += names.length - new Set(names).size;
      for (const [i, { result }] of visits.entries()) {
        const samples = result?.contenders[0]?.samples ?? [];
        this.#seen.set(names[i] as string, summary(median(samples), mad(samples), samples.length));
      }
    }
  }

  #finish(): void {
    const outcome = this.#outcome;
    outcome.lines += this.#lines();
    const found = new Map<string, string>();
    // Killed when its record was stored already, a command is not resumed: the next one measures another record.
    for (const record of listRecords(this.#results).map(readRecord)) {
      const ids = new Set(record.cases.map(({ id }) => id));
      outcome.cases = record.cases.length;
      outcome.repeatedCases += record.cases.length - ids.size;
      outcome.missingCases += [...this.#begun].filter((id) => !ids.has(id)).length;
      const visits = record.cases.flatMap((row) =>
        row.visits.map((visit) => [
          visitName(record.id, visit.process, row.id),
          summary(visit.medianSeconds, visit.mad, visit.count),
        ]),
      ) as [string, string][];
      outcome.visits += visits.length;
      outcome.repeated += visits.length - new Set(visits.map(([visit]) => visit)).size;
      for (const [visit, told] of visits) found.set(visit, told);
    }
    outcome.lost += [...this.#seen].filter(([visit, told]) => found.get(visit) !== told).length;
    const files = readdirSync(this.#results, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const known = /^(machine\.json|\d{8}T\d{6}Z-[\w-]+\.(json|csv|samples\.json\.gz))$/;
    outcome.left.push(...files.map(({ name }) => name).filter((name) => !known.test(name)));
  }
}

const visitName = (run: string, process: number, caseId: string) => `${run} ${process} ${caseId}`;

const summary = (middle: number, spread: number, count: number) =>
  `${middle.toPrecision(5)} ${spread.toPrecision(5)} ${count}`;

function readIfThere(file: string): string {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  } catch {
    // Its writer has just removed it.
    return '';
  }
}
