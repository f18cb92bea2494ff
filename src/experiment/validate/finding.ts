/** What a rule of vetting finds. */
export interface Finding {
  /** `refuse` what cannot be true or must not be stored; `ask` what is possible and rare. */
  readonly verdict: 'ask' | 'refuse';
  /** One sentence, with the value that was found. */
  readonly reason: string;
}

export const refuse = (reason: string): Finding => ({ verdict: 'refuse', reason });
export const ask = (reason: string): Finding => ({ verdict: 'ask', reason });

/** Most findings of one rule that are listed. */
const MOST = 5;

/** The findings, shortened when a rule found the same in many rows. */
export function* atMost(findings: Iterable<Finding>, most = MOST): Generator<Finding> {
  let [count, last]: [number, Finding | undefined] = [0, undefined];
  for (const finding of findings) {
    count += 1;
    last = finding;
    if (count <= most) yield finding;
  }
  if (last && count > most) yield { verdict: last.verdict, reason: `and ${count - most} more of this kind` };
}

/** A number as sentences show it. */
export const shown = (value: number): string => Number(value.toPrecision(3)).toString();
