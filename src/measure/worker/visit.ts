/**
 * One visit of a case in a process. Operands are filled once; every contender is compiled, verified, warmed up and then sampled
 * in blocks that are interleaved with the others' on the same operands; then verified again.
 */
import { EngineError, type Prepared, type Session } from '../../engine/port.ts';
import type { VisitProfile, VisitResult } from '../../record/journal/journal.ts';
import { type Random, seededRandom, shuffled } from '../../stats/random.ts';
import { SentinelBeside } from './beside.ts';
import { ContenderState, samplesWanted } from './contender-state.ts';
import { type Alive, COMPILE_SECONDS, FIRST_LAUNCH_SECONDS, launchSeconds } from './patience.ts';
import type { VisitRequest } from './protocol.ts';
import { Rotation } from './rotation.ts';
import { sampleBlock } from './sample.ts';
import { repeatsFor } from './timer.ts';
import { checkEverywhere, checkPoints, type Expectation, expect, Overflow } from './verify.ts';
import { warmUp } from './warm-up.ts';

/** Of each step of a visit, besides a launch. */
const STEP_SECONDS = 30;

export async function visit(session: Session, request: VisitRequest, alive: Alive): Promise<VisitResult> {
  const run = new Visit(session, request, alive);
  try {
    await run.timed('operands', () => run.allocate());
    await run.timed('compile', () => run.compile());
    await run.timed('verify', () => run.verify());
    await run.timed('measuring', () => run.settle());
    await run.timed('measuring', () => run.sample());
    await run.timed('verify', () => run.verifyAgain());
    return run.result();
  } finally {
    run.dispose();
  }
}

class Visit {
  readonly #session: Session;
  readonly #request: VisitRequest;
  /** `besides`: seconds that work beside a launch may take. */
  readonly #alive: (besides?: number) => void;
  readonly #random: Random;
  readonly #states: readonly ContenderState[];
  readonly #profile: VisitProfile = { operands: 0, compile: 0, verify: 0, measuring: 0, kernels: 0 };
  readonly #rotation = new Rotation();
  #reference: Prepared | null = null;
  #beside: SentinelBeside | null = null;

  constructor(session: Session, request: VisitRequest, alive: Alive) {
    this.#session = session;
    this.#request = request;
    this.#alive = (besides = STEP_SECONDS) => alive(launchSeconds(request.problem, besides));
    this.#random = seededRandom(request.orderSeed);
    this.#states = request.contenders.map((contender) => new ContenderState(contender, request.timer));
  }

  async timed(phase: keyof VisitProfile, work: () => Promise<void>): Promise<void> {
    const start = this.#session.now();
    await work();
    this.#profile[phase] += this.#session.now() - start;
  }

  async allocate(): Promise<void> {
    this.#alive();
    await this.#rotation.allocate(this.#session, this.#request);
  }

  /** In a seeded order, because two identical pipelines may differ by compilation order. */
  async compile(): Promise<void> {
    for (const state of shuffled(this.#states, this.#random)) {
      await state.attempt(async () => {
        this.#alive(COMPILE_SECONDS);
        const prepared = await this.#session.prepare(state.contender.source, this.#rotation.operands);
        this.#alive(FIRST_LAUNCH_SECONDS);
        state.prepared = prepared;
        await prepared.poison();
        const start = this.#session.now();
        await prepared.launch({ repeats: 1, firstSet: 0 });
        state.firstDispatchSeconds = this.#session.now() - start;
      });
    }
  }

  /**
   * The reference is verified with f64; then, in a seeded order, each contender with f64 at sampled points and with the reference
   * everywhere.
   */
  async verify(): Promise<void> {
    const expectation = this.#expectation();
    await this.#answerReference(expectation);
    for (const state of shuffled(this.#states, this.#random)) {
      await state.attempt(async (prepared) => {
        let [kernelError, referenceDelta] = [0, 0];
        let digest: string | undefined;
        for (let set = 0; set < this.#rotation.operands.sets; set++) {
          this.#alive();
          if (set > 0) {
            await prepared.poison();
            await prepared.launch({ repeats: 1, firstSet: set });
          }
          if (expectation && set === 0) kernelError = await checkPoints(prepared, expectation);
          const found = await this.#compare(prepared, expectation);
          referenceDelta = Math.max(referenceDelta, found.delta);
          if (set === 0) digest = found.digest;
        }
        const { formatError, budget, points } = expectation ?? SCRIPTED_EXPECTATION;
        state.verification = {
          kernelError,
          formatError,
          budget,
          checkedPoints: points.length,
          referenceDelta,
          again: false,
          ...(digest !== undefined && { digest }),
        };
      });
    }
  }

  async settle(): Promise<void> {
    const { sampling } = this.#request;
    for (const state of shuffled(this.#states, this.#random)) {
      await state.attempt(async (prepared) => {
        this.#alive();
        state.warmUp = await warmUp(
          prepared,
          state.clock,
          sampling.maxWarmUpSeconds,
          () => this.#rotation.take(1),
          () => this.#session.now(),
        );
        this.#profile.kernels += state.warmUp.launchSeconds * state.warmUp.launches;
        state.repeats = state.contender.repeats ?? repeatsFor(state.warmUp.launchSeconds, state.clock, sampling);
      });
    }
  }

  async sample(): Promise<void> {
    const { sampling } = this.#request;
    const running = this.#states.filter(({ warmUp: { launches } }) => launches > 0);
    const blocks = Math.min(sampling.blocks, ...running.map((state) => samplesWanted(state, sampling)));
    if (this.#request.sentinelBeside) this.#beside = await SentinelBeside.start(this.#session, this.#request.timer);
    let order = this.#states;
    for (let block = 0; block < blocks; block++) {
      await this.#beside?.read(block);
      // Every order is equally likely, so that no contender always follows the same other; reversing every second block cancels
      // linear drift.
      order = block % 2 === 0 ? shuffled(this.#states, this.#random) : [...order].reverse();
      for (const state of order)
        await state.attempt((prepared) => this.#sampleBlock(state, prepared, { block, blocks }));
    }
  }

  /** C was last written by timed launches, so races and rare corruption show here. */
  async verifyAgain(): Promise<void> {
    const expectation = this.#expectation();
    for (const state of this.#states) {
      await state.attempt(async (prepared) => {
        this.#alive();
        const { delta } = await this.#compare(prepared, expectation);
        const before = state.verification;
        if (before)
          state.verification = { ...before, referenceDelta: Math.max(before.referenceDelta, delta), again: true };
      });
    }
  }

  result(): VisitResult {
    const { caseId, process } = this.#request;
    const { sets, bytesPerSet, panels = [] } = this.#rotation.operands;
    const operands = { sets, bytesPerSet, ...(panels.length > 1 && { panels: panels.length }) };
    const contenders = this.#states.map((state) => {
      const outcome = state.outcome();
      const toSentinel = this.#beside?.ratioOf(outcome);
      return { ...outcome, ...(toSentinel && { toSentinel }) };
    });
    return { caseId, process, ...operands, contenders, profile: this.#profile };
  }

  dispose(): void {
    for (const state of this.#states) state.prepared?.dispose();
    this.#reference?.dispose();
    this.#beside?.dispose();
    this.#rotation.dispose();
  }

  async #sampleBlock(
    state: ContenderState,
    prepared: Prepared,
    { block, blocks }: { block: number; blocks: number },
  ): Promise<void> {
    this.#alive();
    const taken = await sampleBlock({
      name: state.contender.name,
      launchable: prepared,
      timer: state.clock,
      repeats: state.repeats,
      count: Math.ceil(samplesWanted(state, this.#request.sampling) / blocks),
      nextSet: () => this.#rotation.take(state.repeats),
      now: () => this.#session.now(),
    });
    state.add(block, taken);
    for (const sample of taken.samples) this.#profile.kernels += sample.seconds * state.repeats;
  }

  async #answerReference(expectation: Expectation | null): Promise<void> {
    const { reference } = this.#request;
    if (!reference) return;
    this.#alive(COMPILE_SECONDS);
    const prepared = await this.#session.prepare(reference.source, this.#rotation.operands);
    this.#alive(FIRST_LAUNCH_SECONDS);
    this.#reference = prepared;
    await prepared.poison();
    await prepared.launch({ repeats: 1, firstSet: 0 });
    try {
      if (expectation) await checkPoints(prepared, expectation);
    } catch (error) {
      // Where C holds no right result, nothing does.
      if (error instanceof Overflow) return;
      throw new EngineError(
        'device-error',
        `the reference kernel ${reference.name} gives a wrong result on this device: ${(error as Error).message}`,
      );
    }
  }

  #compare(prepared: Prepared, expectation: Expectation | null) {
    return checkEverywhere(prepared, this.#reference ?? prepared, expectation ?? SCRIPTED_EXPECTATION);
  }

  /** Computed once a visit; null when the device only plays a script. */
  #expectation(): Expectation | null {
    if (this.#session.facts.simulated) return null;
    const { problem, seed, distribution, referenceMacs } = this.#request;
    this.#expected ??= expect(problem, seed, distribution, referenceMacs);
    return this.#expected;
  }
  #expected: Expectation | null = null;
}

const SCRIPTED_EXPECTATION: Pick<Expectation, 'points' | 'formatError' | 'budget' | 'rms'> = {
  points: [],
  formatError: 0,
  budget: 1e-6,
  rms: 1,
};
