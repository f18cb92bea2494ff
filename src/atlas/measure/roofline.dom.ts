/** The roofline of the cases that have been measured so far; ceilings are drawn once they are known. */
import { bytes, flop } from '../../gemm/shape.ts';
import type { FinishedVisit } from '../../measure/parent/progress.ts';
import type { Case } from '../../plan/case/case.ts';
import type { MeasuredRow } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { rooflineChart } from '../../report/roofline-svg.ts';
import { median } from '../../stats/centre.ts';
import { summarize } from '../../stats/summary.ts';
import { byId, show } from './dom.dom.ts';

type Point = Parameters<typeof rooflineChart>[0][number];

export class Roofline {
  readonly #cases: ReadonlyMap<string, Case>;
  readonly #seconds = new Map<string, number[]>();

  constructor(cases: readonly Case[]) {
    this.#cases = new Map(cases.map((item) => [item.id, item]));
    show('roofline', false);
  }

  add({ caseId, result }: FinishedVisit): void {
    const contender = result?.contenders[0];
    if (contender?.status !== 'measured') return;
    this.#seconds.set(caseId, [...(this.#seconds.get(caseId) ?? []), median(contender.samples)]);
    draw(
      [...this.#seconds].flatMap(([id, seconds]) => this.#point(id, seconds)),
      [],
    );
  }

  #point(id: string, seconds: readonly number[]): Point[] {
    const item = this.#cases.get(id);
    if (!item) return [];
    const { problem, kernel } = item;
    const { median: medianSeconds, interval, kind } = summarize(seconds);
    const work = { flop: flop(problem), bytes: bytes(problem) };
    const summary = {
      ...{ medianSeconds, intervalSeconds: interval, intervalKind: kind },
      ...{ processes: seconds.length, samples: seconds.length },
      ...{ flopPerSecond: work.flop / medianSeconds, bytesPerSecond: work.bytes / medianSeconds },
    };
    return [{ id, ...work, format: problem.format, kernel: { requested: kernel }, summary }];
  }
}

/** With the ceilings that were measured in the same run. */
export function drawRecord({ cases, peaks }: RunRecord): void {
  draw(
    cases.filter((row): row is MeasuredRow => row.status === 'measured'),
    peaks,
  );
}

function draw(points: readonly Point[], peaks: RunRecord['peaks']): void {
  if (points.length === 0) return;
  const title = `Rate over arithmetic intensity of ${points.length} cases; the table below has the numbers`;
  // Markup of our own, in which all text is escaped.
  byId('roofline', HTMLElement).innerHTML = rooflineChart(points, peaks, title).markup;
  show('roofline');
}
