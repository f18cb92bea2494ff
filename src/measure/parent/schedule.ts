/** Selects the cases of a process: all up to the planned number, then those whose interval is too wide at a look. */
import { goodMoment } from '../../record/sentinel-share.ts';
import type { CaseState } from './case-state.ts';
import type { CaseOutcome, MeasureRequest } from './measurement.ts';

/** A case's outcome at a look, and those of all that are open. */
interface Look {
  readonly outcome: CaseOutcome | undefined;
  readonly all: readonly CaseOutcome[];
}

export class Schedule {
  readonly #request: Pick<MeasureRequest, 'settings' | 'settled' | 'onProgress'>;
  readonly #states: readonly CaseState[];

  constructor(states: readonly CaseState[], request: Pick<MeasureRequest, 'settings' | 'settled' | 'onProgress'>) {
    this.#states = states;
    this.#request = request;
  }

  /** Processes at the last look. */
  get last(): number {
    const { looks, processes } = this.#request.settings;
    return looks.at(-1) ?? processes;
  }

  /** Whether more processes than planned were being considered. */
  isLookAfter(index: number): boolean {
    return index >= this.#request.settings.processes && index < this.last;
  }

  /**
   * Up to the planned number: all. Beyond: those whose interval is still too wide at the latest look. After the last look:
   * those that a budget kept from their planned number.
   */
  wanted(index: number): CaseState[] {
    const { settings, onProgress } = this.#request;
    const open = this.#states.filter((state) => !state.ended);
    if (index < settings.processes) return open;
    if (index >= this.last) return open.filter((state) => this.#lacks(state) > 0 && !state.settled);
    const look = Math.max(...settings.looks.filter((count) => count <= index));
    // With a sentinel the common level changes during the run, so a narrow interval may become wide.
    const keeps = settings.sentinelBeside !== true;
    if (look === index) {
      const all = open.map((state) => state.outcome());
      for (const [i, state] of open.entries())
        state.settled = (keeps && state.settled) || this.#isSettled(state, index, { outcome: all[i], all });
    }
    const unsettled = open.filter((state) => !state.settled);
    if (look === index) onProgress({ type: 'look', processes: index, unsettled: unsettled.length });
    return unsettled;
  }

  /** Visits that follow regardless of looks, unless a case fails. */
  certainVisits(): number {
    return this.#states.reduce((sum, state) => sum + (state.ended ? 0 : this.#lacks(state)), 0);
  }

  #lacks(state: CaseState): number {
    return Math.max(0, this.#request.settings.processes - state.visits.length);
  }

  #isSettled(state: CaseState, processes: number, { outcome = state.outcome(), all }: Look): boolean {
    const { settled, settings } = this.#request;
    if (settled) return settled(outcome, processes, all);
    if (this.#lacks(state) > 0) return false;
    if (settings.sentinelBeside) return state.isNarrowAt(this.#goodMoment(), settings.target);
    return state.isNarrow(settings.target);
  }

  /** Level of the sentinel that runs beside the cases: the same for all of them. */
  #goodMoment(): number {
    const beside = this.#states.flatMap((state) => state.beside());
    return goodMoment(beside.map(({ sentinelSeconds }) => sentinelSeconds));
  }
}
