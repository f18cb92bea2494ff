/** The cases of the suite while they are measured: a row each, with a dot for every round. */
import { bytes, flop } from '../../gemm/shape.ts';
import type { CaseOutcome } from '../../measure/parent/measurement.ts';
import type { FinishedVisit } from '../../measure/parent/progress.ts';
import type { Case } from '../../plan/case/case.ts';
import { formatText, shapeText } from '../../report/labels.ts';
import { bytesPerSecond, counted, flopPerSecond, percent } from '../../report/si.ts';
import { median } from '../../stats/centre.ts';
import { summarize } from '../../stats/summary.ts';
import { make, makeSvg } from './dom.dom.ts';

const [WIDTH, HEIGHT] = [176, 28];
/** Of the median: what the plot of rounds spans to either side. */
const SPAN = 0.1;

/** What a row shows. */
export function legendOf(target: number): string {
  return `Medians over rounds. A dot is a round on a fresh device, at its time relative to the median, up to ±${percent(SPAN)}; a hollow one is beyond. The band is ±${percent(target)}: an interval inside it is narrow enough.`;
}

export class CaseTable {
  readonly element: HTMLTableElement;
  readonly #rows = new Map<string, CaseRow>();

  /** @param target half-width of an interval that is narrow enough, relative */
  constructor(cases: readonly Case[], target: number) {
    const body = make('tbody');
    for (const item of cases) {
      const row = new CaseRow(item, target);
      this.#rows.set(item.id, row);
      body.append(row.element);
    }
    const head = ['case', 'rate', 'rounds', 'interval', 'traffic'].map((name) =>
      make('th', { scope: 'col', ...(NUMBERS.has(name) && { class: 'n' }) }, name),
    );
    this.element = make('table', { class: 'stick' }, make('thead', {}, make('tr', {}, ...head)), body);
  }

  /** Marks the case that was measured last. */
  add(visit: FinishedVisit): void {
    for (const row of this.#rows.values()) row.element.classList.remove('last');
    const row = this.#rows.get(visit.caseId);
    row?.add(visit);
    row?.element.classList.add('last');
  }

  /** Says why a case has no time. */
  end(outcomes: readonly CaseOutcome[]): void {
    for (const { case: item, refusal } of outcomes) {
      const row = this.#rows.get(item.id);
      row?.element.classList.remove('last');
      if (refusal) row?.fail(refusal);
    }
  }
}

/** Reasons of rows in words; others are words already. */
const REASONS: Readonly<Record<string, string>> = {
  budget: 'no time was left',
  interrupted: 'stopped before',
  unsupported: 'not on this adapter',
  'wrong-result': 'a wrong result',
  'device-lost': 'the device was lost',
  'out-of-memory': 'out of memory',
  'compile-error': 'did not compile',
};

const NUMBERS = new Set(['rate', 'traffic', 'interval']);

class CaseRow {
  readonly element: HTMLTableRowElement;
  readonly #case: Case;
  readonly #target: number;
  readonly #seconds: number[] = [];
  readonly #cells = {
    rate: make('td', { class: 'n' }),
    rounds: make('td', { class: 'rounds' }),
    interval: make('td', { class: 'n' }),
    traffic: make('td', { class: 'n' }),
  };

  constructor(item: Case, target: number) {
    this.#case = item;
    this.#target = target;
    const { problem, name, phase } = item;
    const format = formatText({ ...problem, operands: { mode: item.operands } });
    this.element = make(
      'tr',
      {},
      make(
        'th',
        { scope: 'row' },
        `${name} ${format} `,
        make('span', { class: 'quiet' }, `${phase} ${shapeText(problem)}`),
      ),
      ...Object.values(this.#cells),
    );
    this.#cells.interval.textContent = 'not yet';
    this.#cells.interval.classList.add('quiet');
  }

  add({ result, refusal }: FinishedVisit): void {
    const contender = result?.contenders[0];
    if (contender?.status === 'measured') this.#seconds.push(median(contender.samples));
    const failure = refusal ?? (contender?.status === 'measured' ? null : contender);
    if (failure) this.fail(failure);
    else this.#draw();
  }

  fail({ status, reason = 'unknown' }: { readonly status: string; readonly reason?: string }): void {
    const { rate, traffic, interval, rounds } = this.#cells;
    for (const cell of [rate, traffic]) cell.textContent = '';
    const isFailure = status === 'failed';
    interval.textContent = isFailure ? 'failed' : 'not measured';
    interval.className = isFailure ? 'n bad' : 'n quiet';
    rounds.replaceChildren(make('span', { class: 'small quiet' }, REASONS[reason] ?? reason));
  }

  #draw(): void {
    const { rate, traffic, interval, rounds } = this.#cells;
    const { problem } = this.#case;
    const estimate = summarize(this.#seconds);
    rate.textContent = flopPerSecond(flop(problem) / estimate.median);
    traffic.textContent = bytesPerSecond(bytes(problem) / estimate.median);
    const half = (estimate.interval[1] - estimate.interval[0]) / 2 / estimate.median;
    const isInterval = estimate.kind === 'confidence-95';
    interval.textContent = isInterval ? `±${percent(half)}` : counted(this.#seconds.length, 'round');
    interval.className = isInterval ? 'n' : 'n quiet';
    rounds.replaceChildren(plot(this.#seconds, estimate.median, this.#target));
  }
}

/** Decoration: what it says is in the cells beside it. */
function plot(seconds: readonly number[], middle: number, target: number): SVGElement {
  const x = (relative: number) => WIDTH / 2 + ((WIDTH / 2 - 6) * relative) / SPAN;
  const dots = seconds.map((value, i) => {
    const relative = value / middle - 1;
    const isOut = Math.abs(relative) > SPAN;
    // Rounds lie below each other in time, so that drift shows.
    const y = 5 + ((HEIGHT - 10) * i) / Math.max(1, seconds.length - 1);
    const cx = x(Math.max(-SPAN, Math.min(SPAN, relative)));
    return makeSvg('circle', { class: isOut ? 'out' : 'round', cx: cx.toFixed(1), cy: y.toFixed(1), r: 3 });
  });
  return makeSvg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true' },
    makeSvg('rect', { class: 'span', x: x(-target), y: 0, width: x(target) - x(-target), height: HEIGHT }),
    makeSvg('line', { class: 'middle', x1: x(0), x2: x(0), y1: 0, y2: HEIGHT }),
    ...dots,
  );
}
