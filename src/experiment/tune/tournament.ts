/**
 * The search for the fastest kernel, tile and thread of one shape class, as a pure function of the visits so far, so that a
 * run that was killed goes on where it stopped. Every visit holds the control (what the rule would pick); scores are ratios
 * to it within the visit.
 *
 * 1. each kernel as its front matter would cut the problem
 * 2. a seeded sample of the variants of the kernels that are not far behind
 * 3. the faster half, and untried neighbours of the fastest
 * 4. the faster half again, until few are left
 * 5. those few in more fresh processes
 */

import { best } from '../../kernel/select/best.ts';
import { serve } from '../../kernel/select/serve.ts';
import { neighbours, variants } from '../../kernel/select/variants.ts';
import type { Kernel } from '../../kernel/set/kernel.ts';
import type { Contender } from '../../measure/worker/protocol.ts';
import type { VisitResult } from '../../record/journal/journal.ts';
import { median } from '../../stats/centre.ts';
import { seededRandom, shuffled } from '../../stats/random.ts';
import { type Candidate, candidateOf, isSound, ratiosIn, secondsIn, secondsTaken } from './candidate.ts';
import { fasterHalf, halvings } from './halving.ts';
import { type Standing, TOURNAMENT, type TournamentRequest, type TournamentRules } from './tournament-rules.ts';

export class Tournament {
  readonly #request: TournamentRequest;
  readonly #rules: TournamentRules;
  readonly #control: Candidate;
  readonly #techniques: readonly Candidate[];
  readonly #known = new Map<string, Candidate>();
  readonly #variants = new Map<Kernel, readonly Candidate[]>();

  /** @returns the reason when no kernel serves the problem */
  static open(request: TournamentRequest): Tournament | { readonly reason: string } {
    const picked = best(request.set, request.problem, request.device);
    if ('reason' in picked) return picked;
    return new Tournament(request, candidateOf(picked.kernel, picked.program));
  }

  private constructor(request: TournamentRequest, control: Candidate) {
    this.#request = request;
    this.#rules = request.rules ?? TOURNAMENT;
    this.#control = control;
    this.#techniques = request.set.kernels.flatMap((kernel) => {
      if (kernel.name === control.kernel.name || request.excluded(kernel)) return [];
      const served = serve(kernel, request.problem, request.device);
      return 'program' in served ? [candidateOf(kernel, served.program)] : [];
    });
    for (const candidate of [control, ...this.#techniques]) this.#known.set(candidate.name, candidate);
  }

  /** Contenders of the next visit, the control first; null when the tournament is over. */
  next(visits: readonly VisitResult[]): readonly Contender[] | null {
    const field = this.#field(visits);
    return field?.map((candidate) => this.#contender(candidate)) ?? null;
  }

  /** Whether the next visit is one of the final: longer samples pay only there. */
  inFinal(visits: readonly VisitResult[]): boolean {
    return visits.length > 1 && this.#lastField(visits).length <= this.#rules.finalists;
  }

  /** Null before anything was measured. */
  standing(visits: readonly VisitResult[]): Standing | null {
    if (visits.length === 0) return null;
    const control = this.#measuredControl(visits);
    if (!control) return null;
    const finals = this.#finals(visits);
    const shown = finals.length > 0 ? finals : visits.slice(-1);
    const ranked = this.#lastField(visits)
      .filter((item) => isSound(visits, item))
      .map((item) => ({ item, ratios: ratiosIn(shown, control, item) }))
      .filter(({ ratios }) => ratios.length > 0)
      .sort((a, b) => median(a.ratios) - median(b.ratios));
    const first = ranked.find(({ item }) => item !== control);
    const won = first !== undefined && this.#isGain(first.ratios);
    const winner = won ? first.item : control;
    return {
      winner,
      control,
      ratios: won ? first.ratios : shown.map(() => 1),
      seconds: median(shown.flatMap((visit) => secondsIn(visit, winner) ?? [])),
      tried: new Set(visits.flatMap((visit) => visit.contenders.map(({ name }) => name))).size,
      complete: finals.length >= this.#rules.finals,
      runnersUp: ranked.map(({ item, ratios }) => ({ candidate: item, ratio: median(ratios) })),
    };
  }

  /**
   * Whether a contender replaces the rule's pick: it must be faster by the minimum gain in the median, and in every process. For
   * equal kernels the probability is 1/128 with seven processes. With a single process the gain must be large.
   */
  #isGain(ratios: readonly number[]): boolean {
    const { minimumGain } = this.#rules;
    const gain = 1 - median(ratios);
    return gain >= (ratios.length === 1 ? 5 * minimumGain : minimumGain) && ratios.every((ratio) => ratio < 1);
  }

  #field(visits: readonly VisitResult[]): readonly Candidate[] | null {
    if (visits.length === 0) return [this.#control, ...this.#techniques];
    const control = this.#measuredControl(visits);
    if (!control) return null;
    if (visits.length === 1) return this.#sample(visits, control);
    const { finalists, finals } = this.#rules;
    if (this.#finals(visits).length >= finals) return null;
    const field = this.#lastField(visits);
    if (field.length <= finalists) return field;
    const rivals = field.filter((candidate) => candidate !== control);
    const kept = fasterHalf(this.#scores(rivals, visits, control), finalists - 1);
    const fresh = visits.length === 2 ? this.#untriedNeighbours(kept[0], visits, Math.ceil(kept.length / 2)) : [];
    return [control, ...kept, ...fresh];
  }

  /** Variants of the techniques that are not far behind, taking techniques in turn, as many as the time allows. */
  #sample(visits: readonly VisitResult[], control: Candidate): Candidate[] {
    const { techniqueFactor } = this.#rules;
    const entered = this.#scores([control, ...this.#techniques.filter((one) => one !== control)], visits, control);
    const fastest = Math.min(...entered.map(({ score }) => score));
    const near = entered
      .filter(({ score }) => score <= fastest * techniqueFactor)
      .sort((a, b) => a.score - b.score)
      .map(({ item }) => item);
    const random = seededRandom(this.#request.seed);
    const pools = near.map(({ kernel }) =>
      shuffled(
        this.#variantsOf(kernel).filter(({ name }) => !visits[0]?.contenders.some((one) => one.name === name)),
        random,
      ),
    );
    const wanted = this.#affordable(visits[0] as VisitResult, near);
    const sample: Candidate[] = [];
    for (let turn = 0; sample.length < wanted && pools.some((pool) => turn < pool.length); turn++) {
      // The fastest technique gets two turns for every one of the others.
      for (const [rank, pool] of pools.entries())
        sample.push(...(rank === 0 ? pool.slice(2 * turn, 2 * turn + 2) : pool.slice(turn, turn + 1)));
    }
    return [control, ...near.filter((one) => one !== control), ...sample.slice(0, wanted)];
  }

  /** How many more contenders fit into the time of the class, including halvings and final. */
  #affordable(first: VisitResult, near: readonly Candidate[]): number {
    const { mostVariants, fewestVariants, finalists, finals } = this.#rules;
    const costs = near
      .flatMap((one) => first.contenders.find(({ name }) => name === one.name) ?? [])
      .map((contender) => secondsTaken(contender, first.sets));
    const each = Math.max(1e-3, median(costs));
    const spent = first.contenders.reduce((sum, contender) => sum + secondsTaken(contender, first.sets), 0);
    const left = this.#request.seconds - spent - each * finalists * finals;
    let variants = mostVariants;
    while (variants > fewestVariants && halvings(near.length + variants, finalists).appearances * each > left)
      variants--;
    return variants;
  }

  #untriedNeighbours(of: Candidate | undefined, visits: readonly VisitResult[], most: number): Candidate[] {
    if (!of) return [];
    const tried = new Set(visits.flatMap((visit) => visit.contenders.map(({ name }) => name)));
    const all = this.#variantsOf(of.kernel);
    const near = new Set(
      neighbours(
        of.choice,
        all.map(({ choice }) => choice),
      ),
    );
    return all.filter(({ choice, name }) => near.has(choice) && !tried.has(name)).slice(0, most);
  }

  #variantsOf(kernel: Kernel): readonly Candidate[] {
    const known = this.#variants.get(kernel);
    if (known) return known;
    const { problem, device } = this.#request;
    const found = variants(kernel, problem, device).map((choice) => candidateOf(kernel, choice));
    for (const candidate of found) if (!this.#known.has(candidate.name)) this.#known.set(candidate.name, candidate);
    const same = found.map(({ name }) => this.#known.get(name) as Candidate);
    this.#variants.set(kernel, same);
    return same;
  }

  #scores(field: readonly Candidate[], visits: readonly VisitResult[], control: Candidate) {
    return field.map((item) => {
      const ratios = isSound(visits, item) ? ratiosIn(visits, control, item) : [];
      return { item, score: ratios.length > 0 ? median(ratios) : Number.POSITIVE_INFINITY };
    });
  }

  /** The rule's pick, or if it failed, the first technique that did not; every visit needs a control. */
  #measuredControl(visits: readonly VisitResult[]): Candidate | undefined {
    return [this.#control, ...this.#techniques].find((one) => visits.every((visit) => secondsIn(visit, one) !== null));
  }

  #lastField(visits: readonly VisitResult[]): Candidate[] {
    return (visits.at(-1)?.contenders ?? []).flatMap(({ name }) => this.#candidate(name) ?? []);
  }

  /** Visits with exactly the present finalists. */
  #finals(visits: readonly VisitResult[]): readonly VisitResult[] {
    const { finalists } = this.#rules;
    const last = visits.at(-1);
    if (visits.length < 2 || !last || last.contenders.length > finalists) return [];
    return visits.filter((visit, i) => i > 0 && visit.contenders.length <= finalists);
  }

  /** By name; a resumed run reconstructs variants from their names. */
  #candidate(name: string): Candidate | undefined {
    const known = this.#known.get(name);
    if (known) return known;
    const kernel = this.#request.set.kernels.find((one) => name.startsWith(`${one.name} `));
    return kernel && this.#variantsOf(kernel).find((one) => one.name === name);
  }

  #contender({ kernel, choice, name }: Candidate): Contender {
    const served = serve(kernel, this.#request.problem, this.#request.device, choice);
    if (!('program' in served)) throw new Error(`${name}: ${served.reason}`);
    return { name, source: { kind: 'wgsl', program: served.program } };
  }
}
