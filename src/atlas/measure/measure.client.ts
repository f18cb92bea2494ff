/** The script of the page that measures. */
import { browserAdapter, browserEngine } from '../../engine/webgpu/browser.ts';
import { deviceFacts } from '../../measure/parent/facts.ts';
import { webHost } from '../../measure/parent/host.dom.ts';
import { PageAttention } from './attention.dom.ts';
import { browserFacts, forgetUnit, unitOfBrowser } from './browser-facts.dom.ts';
import { DATA_FILE, MEASURE_SCHEMA, type MeasureData } from './data.ts';
import { showDevice, showProblem } from './device.dom.ts';
import { byId, onClick, show } from './dom.dom.ts';
import { browserEnvironment } from './environment.ts';
import { measureGlance } from './glance.dom.ts';
import { repositoryOfPage } from './issue.ts';
import { browserRecord, type Measured } from './measuring.ts';
import { drawRecord } from './roofline.dom.ts';
import { share } from './share.dom.ts';
import { SuiteRun } from './suite.dom.ts';

const OPEN = { engine: browserEngine(undefined).name, adapter: 'auto', yieldCpu: false };

async function start(): Promise<void> {
  const adapter = await browserAdapter(navigator.gpu).catch(() => null);
  if (location.protocol === 'file:' || adapter === null) return showProblem();
  const data = await loadData();
  await showDevice(adapter);
  for (const id of ['glance', 'suite']) show(id);
  new MeasurePage(data).listen();
}

async function loadData(): Promise<MeasureData> {
  const answer = await fetch(DATA_FILE);
  if (!answer.ok) throw new Error(`${DATA_FILE}: the server answers ${answer.status}`);
  const data: MeasureData = await answer.json();
  if (data.schema !== MEASURE_SCHEMA) throw new Error(`${DATA_FILE} is of another version than this page; reload it`);
  return data;
}

class MeasurePage {
  readonly #data: MeasureData;
  readonly #host = webHost('measure-worker.js');
  #suite: SuiteRun | null = null;
  #measured: Measured | null = null;
  #isBusy = false;

  constructor(data: MeasureData) {
    this.#data = data;
  }

  listen(): void {
    onClick('glance-start', () => this.#alone('glance-status', () => this.#glance()));
    onClick('suite-start', () => this.#alone('suite-status', () => this.#measure()));
    onClick('suite-pause', () => this.#suite?.togglePause());
    onClick('suite-cancel', () => this.#suite?.cancel());
    onClick('unit-reset', () => this.#forget());
    byId('claimed', HTMLInputElement).addEventListener('change', () => void this.#share());
    addEventListener('beforeunload', (event) => {
      if (this.#isBusy) event.preventDefault();
    });
  }

  async #glance(): Promise<void> {
    tell('glance-status', 'Measuring two cases, about 20 seconds.');
    const over = new AbortController();
    const attention = new PageAttention(over.signal, () => {});
    const facts = await deviceFacts(this.#host, OPEN);
    await measureGlance({ data: this.#data, facts, host: this.#host, attention, signal: over.signal });
    over.abort();
    tell('glance-status', 'One round each. The suite repeats them on fresh devices, and says how far they scatter.');
    byId('glance-start', HTMLElement).classList.remove('primary');
    byId('glance-start', HTMLElement).textContent = 'Measure them again';
    byId('suite-start', HTMLElement).classList.add('primary');
  }

  async #measure(): Promise<void> {
    show('share', false);
    this.#measured = null;
    this.#suite = new SuiteRun(this.#data, this.#host);
    const begun = await this.#suite.run();
    this.#suite = null;
    this.#measured = begun;
    const text = begun ? doneText(begun) : 'Stopped before anything was measured.';
    tell('suite-status', text);
    byId('suite-start', HTMLElement).textContent = 'Measure the suite again';
    byId('suite-start', HTMLElement).classList.remove('primary');
    await this.#share();
    if (begun) byId('share-title', HTMLElement).focus();
  }

  /** Writes the record; again when a name is claimed or the number of this browser is forgotten. */
  async #share(): Promise<void> {
    if (!this.#measured) return;
    const { shapemark, settings, repository } = this.#data;
    const claimed = byId('claimed', HTMLInputElement).value;
    const { facts } = this.#measured.measurement;
    const environment = browserEnvironment(await browserFacts(), facts, { shapemark, claimed });
    const record = browserRecord({
      ...{ data: this.#data, measured: this.#measured, settings, environment },
      unit: unitOfBrowser(),
    });
    drawRecord(record);
    await share(record, repository ?? repositoryOfPage(location));
  }

  #forget(): void {
    forgetUnit();
    void this.#share();
  }

  /** One at a time: two would share the device. */
  async #alone(status: string, work: () => Promise<void>): Promise<void> {
    if (this.#isBusy) return;
    const buttons = ['glance-start', 'suite-start'].map((id) => byId(id, HTMLButtonElement));
    this.#isBusy = true;
    for (const button of buttons) button.disabled = true;
    try {
      await work();
    } catch (error) {
      tell(status, `This did not work: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#isBusy = false;
      for (const button of buttons) button.disabled = false;
    }
  }
}

function tell(id: string, text: string): void {
  byId(id, HTMLElement).textContent = text;
}

function doneText({ measurement }: Measured): string {
  const { cases, processes, ended, wallSeconds } = measurement;
  const of = (status: string) => cases.filter(({ refusal }) => (refusal?.status ?? 'measured') === status).length;
  const parts = [`${of('measured')} of ${cases.length} cases measured and right`];
  if (of('failed') > 0) parts.push(`${of('failed')} failed`);
  if (of('skipped') > 0) parts.push(`${of('skipped')} not measured`);
  const how = ended === 'interrupted' ? 'Stopped' : 'Done';
  return `${how}: ${parts.join(', ')}, in ${processes.length} rounds and ${Math.round(wallSeconds)} seconds.`;
}

start().catch((error: unknown) => {
  show('problem');
  tell('problem-title', 'This page does not work here');
  tell('problem-text', error instanceof Error ? error.message : String(error));
});
