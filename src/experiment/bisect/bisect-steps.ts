/** The steps of a bisection and their description in words. */

import type { DeviceFacts } from '../../engine/port.ts';
import type { BisectedCommit, BisectStep } from '../../judge/ab/bisected.ts';
import type { ComparedCase, Verdict } from '../../judge/ab/comparison.ts';
import type { KernelPlace } from '../../kernel/set/git.node.ts';
import type { Case } from '../../plan/case/case.ts';
import type { AbOptions } from '../compare/ab-request.ts';
import { type KernelCommit, kernelsAt } from '../compare/git.ts';
import { UsageError } from '../errors.ts';

export interface BisectRequest extends AbOptions {
  readonly good: string;
  readonly bad: string;
  readonly case: readonly string[];
  readonly suite: readonly string[];
  readonly kernel: readonly string[];
  readonly 'minimum-effect': number;
  readonly resume: boolean;
}

/** Callbacks during a bisection. */
export interface BisectFollower {
  /** The command that resumes it after an interruption. */
  readonly again: string;
  /** Description of the search. */
  readonly opened: (text: string) => void;
  readonly stepped: (step: BisectStep) => void;
  /** The command that compares two commits on a case again. */
  readonly reproduce: (ends: readonly [base: string, head: string], id: string) => string;
}

/** What is wrong at the bad end, and with which case. */
export interface Trouble {
  readonly item: Case;
  readonly compared: ComparedCase;
  readonly facts: DeviceFacts;
  readonly machine: string;
}

/** Verdicts that can be bisected, worst first. */
export const FOLLOWED: readonly Verdict[] = ['failed', 'missing', 'slower', 'faster'];

/** An examined commit and its evidence. */
export interface Seen {
  readonly step: BisectStep;
  readonly compared: ComparedCase | null;
}

/** Both ends, with the folder that either names by `REF:path`. Throws UsageError. */
export async function historyOf(
  good: string,
  bad: string,
  cwd: string,
): Promise<readonly [good: KernelPlace, bad: KernelPlace]> {
  const [older, newer] = [await kernelsAt(good, cwd), await kernelsAt(bad, cwd)];
  if (older.explicit && newer.explicit && older.folder !== newer.folder)
    throw new UsageError(`${good} and ${bad} name two folders; bisect follows one`);
  const { folder, explicit } = older.explicit ? older : newer;
  return [
    { ...older, folder, explicit },
    { ...newer, folder, explicit },
  ];
}

export function nowhereTouched({ good, bad }: Pick<BisectRequest, 'good' | 'bad'>, folder: string): string {
  return `no commit between ${good} and ${bad} touches ${folder}/`;
}

export function named({ sha, subject }: BisectedCommit): BisectedCommit {
  return { sha, subject };
}

/** Half of the whole change, in log, which separates its two sides best. Null if nothing was measured. */
export function threshold({ ratio }: Pick<ComparedCase, 'ratio'>): number | null {
  return ratio === null ? null : Math.expm1(Math.abs(Math.log(ratio)) / 2);
}

export function sideOf(verdict: Verdict, wanted: Verdict): BisectStep['side'] {
  if (verdict === wanted) return 'bad';
  return verdict === 'same' || verdict === 'slower' || verdict === 'faster' ? 'good' : 'untestable';
}

export function untold(commit: KernelCommit, side: BisectStep['side'], reason: string): Seen {
  const nothing = { verdict: null, ratio: null, interval: null, processes: 0, attempts: 0 };
  return { step: { ...named(commit), side, ...nothing, reason }, compared: null };
}

export function nothingMoved(cases: readonly ComparedCase[], [good, bad]: readonly [string, string]): string {
  const told = cases.map(({ id, verdict, reason }) => `  ${verdict}: ${id}: ${reason}`);
  return [`${bad} is neither slower nor faster than ${good}, nor broken:`, ...told].join('\n');
}

export function openingText(
  { item, compared, machine }: Trouble,
  { good, bad }: Pick<BisectRequest, 'good' | 'bad'>,
  commits: number,
): string {
  const size = compared.ratio === null ? compared.reason : `× ${compared.ratio.toFixed(3)}`;
  return `${item.id}\n${compared.verdict} ${size} from ${good} to ${bad} on ${machine}; ${commits} commits touch kernels\n\n`;
}
