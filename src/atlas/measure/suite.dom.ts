/** The whole suite: progress, pause, cancel. */
import type { Host } from '../../measure/parent/host.ts';
import type { Progress } from '../../measure/parent/progress.ts';
import { counted } from '../../report/si.ts';
import { PageAttention } from './attention.dom.ts';
import { CaseTable, legendOf } from './case-table.dom.ts';
import type { MeasureData } from './data.ts';
import { byId, show } from './dom.dom.ts';
import { type Measured, measured } from './measuring.ts';
import { Roofline } from './roofline.dom.ts';

export class SuiteRun {
  readonly #data: MeasureData;
  readonly #host: Host;
  readonly #abort = new AbortController();
  readonly #attention = new PageAttention(this.#abort.signal, () => this.#tell());
  readonly #table: CaseTable;
  readonly #roofline: Roofline;
  #round = 0;
  #text = '';

  constructor(data: MeasureData, host: Host) {
    this.#data = data;
    this.#host = host;
    this.#table = new CaseTable(data.cases, data.settings.target);
    this.#roofline = new Roofline(data.cases);
  }

  /** @returns null if it was cancelled before anything was measured */
  async run(): Promise<Measured | null> {
    const { settings, cases } = this.#data;
    byId('suite-table', HTMLElement).replaceChildren(this.#table.element);
    byId('suite-legend', HTMLElement).textContent = legendOf(settings.target);
    for (const id of ['suite-table', 'suite-legend', 'suite-progress', 'suite-pause', 'suite-cancel']) show(id);
    this.#status('Opening the device.');
    const awake = await keepAwake();
    try {
      const done = await measured({
        ...{ data: this.#data, cases, settings, host: this.#host },
        ...{ attention: this.#attention, signal: this.#abort.signal },
        onVisit: (visit) => {
          this.#table.add(visit);
          this.#roofline.add(visit);
        },
        onProgress: (event) => this.#progress(event),
      });
      this.#table.end(done?.measurement.cases ?? []);
      return done;
    } finally {
      void awake?.release().catch(() => {});
      for (const id of ['suite-progress', 'suite-pause', 'suite-cancel']) show(id, false);
    }
  }

  cancel(): void {
    this.#abort.abort();
  }

  togglePause(): void {
    this.#attention.pause(!this.#attention.isPaused);
    this.#tell();
  }

  #progress(event: Progress): void {
    if (event.type === 'process') {
      this.#round = event.index + 1;
      // Screen readers hear of rounds only: every visit would be too much.
      this.#status(`Round ${this.#round}${event.visits > 0 ? `: ${counted(event.visits, 'case')}` : ''}.`);
    }
    if (event.type === 'process' || event.type === 'visit') {
      const left = event.secondsLeft === undefined ? '' : `, at most ${timeText(event.secondsLeft)} left`;
      const bar = byId('progress', HTMLProgressElement);
      bar.max = Math.max(1, event.planned);
      bar.value = event.done;
      this.#text = `round ${this.#round}, ${event.done} of about ${counted(event.planned, 'visit')}${left}`;
      this.#tell();
    }
  }

  #tell(): void {
    const { isPaused, waitsFor } = this.#attention;
    const waits = {
      pause: 'paused; ',
      front: 'waits until this page is in front; ',
      soon: 'pauses after this case; ',
      no: '',
    } as const;
    byId('progress-text', HTMLElement).textContent = waits[waitsFor ?? (isPaused ? 'soon' : 'no')] + this.#text;
    byId('suite-pause', HTMLButtonElement).textContent = isPaused ? 'Go on' : 'Pause';
  }

  #status(text: string): void {
    byId('suite-status', HTMLElement).textContent = text;
  }
}

/** A screen that goes off hides the page. Not every browser and battery allows this. */
async function keepAwake(): Promise<WakeLockSentinel | null> {
  try {
    return await navigator.wakeLock.request('screen');
  } catch {
    return null;
  }
}

function timeText(seconds: number): string {
  return seconds >= 90 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds)} seconds`;
}
