/** The first two numbers. */
import type { DeviceFacts } from '../../engine/port.ts';
import { bytes, flop } from '../../gemm/shape.ts';
import type { Host } from '../../measure/parent/host.ts';
import type { Attention, CaseOutcome } from '../../measure/parent/measurement.ts';
import type { FinishedVisit } from '../../measure/parent/progress.ts';
import type { Case } from '../../plan/case/case.ts';
import { formatText, shapeText } from '../../report/labels.ts';
import { bytesPerSecond, flopPerSecond, percent, seconds } from '../../report/si.ts';
import { median } from '../../stats/centre.ts';
import type { MeasureData } from './data.ts';
import { byId, show } from './dom.dom.ts';
import { glance, glanceSettings, measured } from './measuring.ts';

export interface GlanceRequest {
  readonly data: MeasureData;
  readonly facts: DeviceFacts;
  readonly host: Host;
  readonly attention: Attention;
  readonly signal: AbortSignal;
}

export async function measureGlance({ data, facts, host, attention, signal }: GlanceRequest): Promise<void> {
  const { rates, bandwidth } = glance(data, facts);
  const cards = [
    new Card('rate', 'One matmul', rates, (item, time) => flopPerSecond(flop(item.problem) / time)),
    new Card('bandwidth', 'One token', bandwidth ? [bandwidth] : [], (item, time) =>
      bytesPerSecond(bytes(item.problem) / time),
    ),
  ];
  show('glance-cards');
  const [first, ...larger] = rates;
  const cases = [first, bandwidth, ...larger].filter((item) => item !== undefined);
  const done =
    cases.length > 0 &&
    (await measured({
      ...{ data, cases, host, attention, signal },
      settings: glanceSettings(data.settings),
      withoutPeaks: true,
      order: 'given',
      onVisit: (visit) => {
        for (const card of cards) card.add(visit);
      },
      onProgress: () => {},
    }));
  for (const card of cards) card.end(done ? done.measurement.cases : []);
}

class Card {
  readonly #element: HTMLElement;
  readonly #title: string;
  readonly #cases: readonly Case[];
  readonly #rateOf: (item: Case, seconds: number) => string;

  constructor(id: string, title: string, cases: readonly Case[], rateOf: (item: Case, seconds: number) => string) {
    this.#element = byId(`card-${id}`, HTMLElement);
    this.#title = title;
    this.#cases = cases;
    this.#rateOf = rateOf;
    this.#element.classList.add('waiting');
    this.#set('what', this.#whatOf(cases[0]));
    this.#set('big', '…');
    this.#set('more', 'measuring');
  }

  /** A later case is a larger one, and replaces what there is. */
  add({ caseId, result }: FinishedVisit): void {
    const item = this.#cases.find(({ id }) => id === caseId);
    const contender = result?.contenders[0];
    if (!item || contender?.status !== 'measured') return;
    const time = median(contender.samples);
    const { kernelError = 0, budget = 1 } = contender.verification ?? {};
    this.#element.classList.remove('waiting');
    this.#set('what', this.#whatOf(item));
    this.#set('big', this.#rateOf(item, time));
    this.#set('more', `${seconds(time)}; right: its error is ${percent(kernelError / budget)} of what rounding allows`);
  }

  /** Says why there is no number, if there is none. */
  end(outcomes: readonly CaseOutcome[]): void {
    if (!this.#element.classList.contains('waiting')) return;
    const refusal = outcomes.find(({ case: { id } }) => id === this.#cases[0]?.id)?.refusal;
    this.#element.classList.remove('waiting');
    this.#set('big', 'none');
    this.#set('more', refusal ? refusal.detail || refusal.reason : 'no case of the suite runs on this adapter');
  }

  #whatOf(item: Case | undefined): string {
    if (!item) return this.#title;
    const format = formatText({ ...item.problem, operands: { mode: item.operands } });
    return `${this.#title}: ${shapeText(item.problem)}, ${format}`;
  }

  #set(part: string, text: string): void {
    const found = this.#element.querySelector(`.${part}`);
    if (found) found.textContent = text;
  }
}
