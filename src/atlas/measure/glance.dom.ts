/** The first two numbers. */
import type { DeviceFacts } from '../../engine/port.ts';
import { bytes, flop } from '../../gemm/shape.ts';
import type { Host } from '../../measure/parent/host.ts';
import type { Attention } from '../../measure/parent/measurement.ts';
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
  const chosen = glance(data, facts);
  const cards = [
    card('rate', 'One matmul', chosen.rate, (item, time) => flopPerSecond(flop(item.problem) / time)),
    card('bandwidth', 'One token', chosen.bandwidth, (item, time) => bytesPerSecond(bytes(item.problem) / time)),
  ];
  show('glance-cards');
  const cases = [...new Set(cards.flatMap(({ item }) => item ?? []))];
  if (cases.length === 0) return;
  const done = await measured({
    ...{ data, cases, host, attention, signal },
    settings: glanceSettings(data.settings),
    withoutPeaks: true,
    onVisit: (visit) => {
      for (const { item, fill } of cards) if (item?.id === visit.caseId) fill(visit);
    },
    onProgress: () => {},
  });
  for (const outcome of done?.measurement.cases ?? [])
    for (const { item, refuse } of cards)
      if (item?.id === outcome.case.id && outcome.refusal) refuse(outcome.refusal.detail || outcome.refusal.reason);
}

interface Card {
  readonly item: Case | undefined;
  readonly fill: (visit: FinishedVisit) => void;
  readonly refuse: (why: string) => void;
}

function card(
  id: string,
  title: string,
  item: Case | undefined,
  rateOf: (item: Case, seconds: number) => string,
): Card {
  const element = byId(`card-${id}`, HTMLElement);
  const set = (what: string, text: string) => {
    const part = element.querySelector(`.${what}`);
    if (part) part.textContent = text;
  };
  const refuse = (why: string) => {
    element.classList.remove('waiting');
    set('big', 'none');
    set('more', why);
  };
  element.classList.add('waiting');
  set(
    'what',
    item
      ? `${title}: ${shapeText(item.problem)}, ${formatText({ ...item.problem, operands: { mode: item.operands } })}`
      : title,
  );
  set('big', '…');
  set('more', 'measuring');
  if (!item) refuse('no case of the suite runs on this adapter');
  const fill = ({ result }: FinishedVisit) => {
    const contender = result?.contenders[0];
    if (!item || contender?.status !== 'measured') return;
    const time = median(contender.samples);
    const { kernelError = 0, budget = 1 } = contender.verification ?? {};
    element.classList.remove('waiting');
    set('big', rateOf(item, time));
    set('more', `${seconds(time)}; right: its error is ${percent(kernelError / budget)} of what rounding allows`);
  };
  return { item, fill, refuse };
}
