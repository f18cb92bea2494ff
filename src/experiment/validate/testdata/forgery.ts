/** Forgeries as tables: what is changed in a sound record, and the reason that gives it away. */
import { expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../../stats/random.ts';
import { type Verdict, type VetOptions, verdictOf, vetFindings, vetRecord } from '../vet.ts';
import { consistent, type Draft, forged } from './forger.ts';
import { NOW, type SOUND } from './sound.ts';

export type Forgery = readonly [name: string, change: (draft: Draft) => void, reason: RegExp];

export const vet = (record: typeof SOUND, more: Partial<VetOptions> = {}) =>
  vetRecord(record, { withSamples: true, now: NOW, ...more });

/** With the reasons of every kind, where a verdict has those of the gravest. */
function allOf(record: typeof SOUND): Verdict {
  const found = [...vetFindings(record, { withSamples: true, now: NOW })];
  return { ...verdictOf(found), reasons: found.map(({ reason }) => reason) };
}

/** Made by a forger who derives everything again. */
export function refusesConsistent(forgeries: readonly Forgery[]): void {
  it.each(forgeries)('%s', (_, change, reason) => expectFound(allOf(consistent(change)), reason));
}

/** Changed in one place. */
export function refusesEdited(forgeries: readonly Forgery[]): void {
  it.each(forgeries)('%s', (_, change, reason) => expectFound(allOf(forged(change)), reason));
}

export function expectFound({ verdict, reasons }: ReturnType<typeof vet>, reason: RegExp): void {
  expect(verdict).not.toBe('accept');
  expect(reasons.join('\n')).toMatch(reason);
}

export const visits = (draft: Draft) => draft.cases.flatMap((row) => row.visits);

export function process(draft: Draft, index: number) {
  const found = draft.processes[index];
  if (!found) throw new Error(`no process ${index}`);
  return found;
}

/** Everything that is chance in a visit drawn anew, as in another run. */
export function drawAnew(draft: Draft, seed = 3): void {
  const random = seededRandom(seed);
  const factor = () => Math.exp(1.5 * gaussian(random));
  for (const visit of visits(draft)) {
    for (const name of ['medianSeconds', 'mad', 'pipelineSeconds', 'firstDispatchSeconds'] as const)
      visit[name] *= factor();
    visit.warmup.seconds *= factor();
  }
}
