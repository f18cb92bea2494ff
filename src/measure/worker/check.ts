/**
 * Correctness without timing: contenders of one problem on the same operands, each launched once and compared as before a measurement:
 * with f64 at chosen points, and everywhere with an independent kernel.
 */

import { type Operands, type Prepared, type Session, sourceName } from '../../engine/port.ts';
import type { Distribution, Problem } from '../../gemm/problem.ts';
import type { Correctness } from '../../record/beside/verification.ts';
import { failureOf } from './contender-state.ts';
import { type Alive, COMPILE_SECONDS, FIRST_LAUNCH_SECONDS, launchSeconds } from './patience.ts';
import type { Contender } from './protocol.ts';
import { checkEverywhere, checkPoints, type Expectation, expect, Overflow, WrongResult } from './verify.ts';

export interface CheckedContender extends Contender {
  readonly caseId: string;
  /** The kernel that its C is compared with; null on a scripted device. */
  readonly reference: Contender | null;
}

export interface CheckRequest {
  readonly problem: Problem;
  readonly seed: number;
  readonly distribution: Distribution;
  readonly contenders: readonly CheckedContender[];
  /** Multiply-adds the f64 reference may spend. */
  readonly referenceMacs: number;
  /** Programs are told that there are no rows: C has to stay as it was. */
  readonly writesNothing?: true;
}

export interface Checked extends Correctness {
  readonly caseId: string;
}

/** Of all checks of a contender, besides its launch. */
const CHECK_SECONDS = 60;

export async function check(session: Session, request: CheckRequest, alive: Alive): Promise<readonly Checked[]> {
  const { problem, seed, distribution, contenders } = request;
  const beat = (besides = CHECK_SECONDS) => alive(launchSeconds(problem, besides));
  beat();
  const operands = await session.allocate({ problem, seed, distribution, sets: 1 });
  const expectation =
    session.facts.simulated || request.writesNothing
      ? null
      : expect(problem, seed, distribution, request.referenceMacs);
  const references = new Map<string, Prepared>();
  const found: Checked[] = [];
  try {
    const bench = { session, operands, expectation, references, beat };
    for (const contender of contenders) found.push(await checked(bench, contender, request));
  } finally {
    for (const reference of references.values()) reference.dispose();
    operands.dispose();
  }
  return found;
}

interface Bench {
  readonly session: Session;
  readonly operands: Operands;
  readonly expectation: Expectation | null;
  /** References that have been verified, by name. */
  readonly references: Map<string, Prepared>;
  /** `besides`: seconds that work beside a launch may take. */
  readonly beat: (besides?: number) => void;
}

async function checked(bench: Bench, contender: CheckedContender, { writesNothing }: CheckRequest): Promise<Checked> {
  const { caseId } = contender;
  let prepared: Prepared | undefined;
  try {
    prepared = await launched(bench, contender);
    if (writesNothing) {
      // A scripted device computes nothing, right or wrong.
      if (!bench.session.facts.simulated) await checkUntouched(prepared, bench.operands.problem);
      return { caseId, status: 'verified' };
    }
    const { expectation } = bench;
    const kernelError = expectation ? await checkPoints(prepared, expectation) : 0;
    const reference = contender.reference && (await referenceOf(bench, contender.reference));
    const { delta: referenceDelta } = await checkEverywhere(prepared, reference ?? prepared, expectation ?? SIMULATED);
    const { budget, formatError } = expectation ?? SIMULATED;
    return { caseId, status: 'verified', kernelError, budget, formatError, referenceDelta };
  } catch (error) {
    return { caseId, ...failureOf(error) };
  } finally {
    prepared?.dispose();
  }
}

const SIMULATED = { budget: 1e-6, formatError: 0, rms: 1 };

async function launched({ session, operands, beat }: Bench, { source }: Contender): Promise<Prepared> {
  beat(COMPILE_SECONDS);
  const prepared = await session.prepare(source, operands);
  try {
    beat(FIRST_LAUNCH_SECONDS);
    await prepared.poison();
    await prepared.launch({ repeats: 1, firstSet: 0 });
    beat();
    return prepared;
  } catch (error) {
    prepared.dispose();
    throw error;
  }
}

async function referenceOf(bench: Bench, reference: Contender): Promise<Prepared> {
  const known = bench.references.get(reference.name);
  if (known) return known;
  const prepared = await launched(bench, reference);
  bench.references.set(reference.name, prepared);
  try {
    if (bench.expectation) await checkPoints(prepared, bench.expectation);
  } catch (error) {
    // Where C holds no right result, nothing does.
    if (!(error instanceof Overflow)) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(
        `the reference kernel ${sourceName(reference.source)} gives a wrong result on this device: ${why}`,
      );
    }
  }
  return prepared;
}

/** C was filled with NaN before the launch. */
async function checkUntouched(prepared: Prepared, { shape }: Problem): Promise<void> {
  const points = Array.from({ length: shape.n }, (_, col) => ({ row: 0, col }));
  const values = await prepared.read(points);
  const col = values.findIndex((value) => !Number.isNaN(value));
  if (col >= 0) throw new WrongResult(`C[0,${col}] was written, though no expert has a row`);
}
