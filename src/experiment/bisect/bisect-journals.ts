/** The journals of a bisection: one for each comparison, all kept until the bisection ends. */

import type { KernelSet } from '../../kernel/set/kernel.ts';
import { bothSets } from '../compare/sides.ts';
import type { Io } from '../io.ts';
import type { Kept } from '../session/experiment.ts';
import { type ExperimentIdentity, journalFor, type RunJournal } from '../session/run-journal.ts';
import type { BisectRequest } from './bisect-steps.ts';

export class BisectJournals {
  readonly #request: BisectRequest;
  readonly #io: Io;
  readonly #again: string;
  readonly #ended: RunJournal[] = [];
  #visits = 0;

  /** @param again the command that resumes the bisection */
  constructor(request: BisectRequest, io: Io, again: string) {
    this.#request = request;
    this.#io = io;
    this.#again = again;
  }

  /** The journal of a comparison; of a resumed bisection the one with the visits that were finished. */
  open(
    sides: Record<'base' | 'head', KernelSet>,
    of: Pick<ExperimentIdentity, 'settings' | 'scenario' | 'cases'>,
  ): Kept {
    const { resume } = this.#request;
    const options = { ...this.#request, filter: this.#request.case };
    const io = { ...this.#io, err: () => {} };
    const journal = journalFor(options, io, { ...of, experiment: 'bisect', kernels: bothSets(sides) });
    const isFirst = this.#visits === 0;
    this.#visits += journal.visits.length;
    if (journal.resumed) this.#io.err(`resuming: ${this.#visits} visits are done\n`);
    else if (resume && isFirst && this.#ended.length === 0) this.#io.err('nothing to resume\n');
    return { journal, again: this.#again, isLater: this.#ended.length > 0 };
  }

  /** After a comparison. */
  end({ journal }: Kept): void {
    if (journal.keep()) this.#ended.push(journal);
  }

  /** After the bisection. */
  discard(): void {
    for (const journal of this.#ended) journal.discard();
  }
}
