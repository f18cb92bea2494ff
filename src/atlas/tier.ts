/** How far numbers of a machine can be trusted: who measured them, and whether somebody else found the same. */
import type { MeasuredRow } from '../record/row.ts';

export const TIERS = ['ci', 'reproduced', 'single', 'browser', 'simulated'] as const;
export type Tier = (typeof TIERS)[number];

export const TIER_TEXT: Readonly<Record<Tier, string>> = {
  ci: 'measured by CI',
  reproduced: 'reproduced',
  single: 'single',
  browser: 'browser',
  simulated: 'simulated',
};

/** The same as a part of a sentence. */
export const TIER_MEANS: Readonly<Record<Tier, string>> = {
  ci: 'on this project’s own machines',
  reproduced: 'two physical machines agree',
  single: 'one physical machine, not reproduced',
  browser: 'in a browser, without fresh processes',
  simulated: 'simulated, not measured',
};

/** Two units agree when 9 in 10 of at least 3 cases that both measured do. */
const FEWEST_CASES = 3;
const AGREEING = 0.9;
/** Chips of one model differ by a little; intervals are widened by this on each side. */
const SPREAD_OF_CHIPS = 0.05;

/** One physical machine: its latest rows by series. */
export interface UnitRows {
  readonly unit: string;
  readonly rows: ReadonlyMap<string, Pick<MeasuredRow, 'summary'>>;
}

export interface Evidence {
  readonly simulated: boolean;
  /** Whether all records are a browser's, which has no fresh processes. */
  readonly onlyDevices: boolean;
  readonly units: readonly UnitRows[];
  /** Units of the project's own CI. */
  readonly ci: ReadonlySet<string>;
}

export function machineTier({ simulated, onlyDevices, units, ci }: Evidence): Tier {
  if (simulated) return 'simulated';
  if (onlyDevices) return 'browser';
  if (units.some(({ unit }) => ci.has(unit))) return 'ci';
  const pairs = units.flatMap((one, i) => units.slice(i + 1).map((other) => [one, other] as const));
  return pairs.some(([one, other]) => agree(one, other)) ? 'reproduced' : 'single';
}

export function agree(one: UnitRows, other: UnitRows): boolean {
  const both = [...one.rows].flatMap(([series, row]) => {
    const theirs = other.rows.get(series);
    return theirs ? [overlap(row.summary, theirs.summary)] : [];
  });
  return both.length >= FEWEST_CASES && both.filter(Boolean).length >= AGREEING * both.length;
}

function overlap(one: MeasuredRow['summary'], other: MeasuredRow['summary']): boolean {
  const [low, high] = one.intervalSeconds;
  const [least, most] = other.intervalSeconds;
  return low <= most * (1 + SPREAD_OF_CHIPS) && least <= high * (1 + SPREAD_OF_CHIPS);
}

/** The tiers in words, with the numbers of the rule. */
export const AGREEMENT_TEXT = `How far the numbers can be trusted. Measured by CI: by this project’s own machines. Reproduced: two physical machines of this kind agree, in ${100 * AGREEING} % of at least ${FEWEST_CASES} common cases, within their intervals and ${100 * SPREAD_OF_CHIPS} % between chips. Single: one machine measured it. Browser: measured in a page, which has no fresh processes.`;
