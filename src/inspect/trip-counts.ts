/**
 * Iteration counts from NIR: of a variable that starts at a known distance from its limit and changes by a constant. Values that
 * depend on the thread index are those of thread 0, which has most work.
 */
import { flattened, type Loop, loopsOf } from './loops.ts';
import type { Choice, Definition, Nir, Operand } from './nir.ts';

/** A larger count is not a loop over a tile but a guard against endless loops. */
const MOST_TRIPS = 65_536;

/** `offset + step · iteration`, plus unknown values. */
interface Linear {
  readonly terms: readonly string[];
  readonly offset: number;
  readonly step: number;
  /** Alternatives, if it is a minimum. */
  readonly or?: readonly Linear[];
}

const constant = (offset: number): Linear => ({ terms: [], offset, step: 0 });
const unknown = (name: string): Linear => ({ terms: [name], offset: 0, step: 0 });
const isConstant = ({ terms, step }: Linear) => terms.length === 0 && step === 0;

/** Iterations of every loop, outer before inner; null if unknown. */
export function tripCounts(nir: Nir): (number | null)[] {
  return flattened(loopsOf(nir.blocks)).map((loop) => new TripCount(nir, loop).iterations());
}

/**
 * What is 0 for thread 0. NVIDIA's system values 33 to 35 are its index in x, y and z; the only arguments that AMD's compute
 * shaders get for each lane are these indexes.
 */
const OWN_INDEX =
  /^@(load_local_invocation_(id|index)|load_subgroup_(id|invocation)|mbcnt_amd|load_vector_arg_amd|load_sysval_nv:3[345])(:\d+)?$/;

type Compare = (difference: number) => boolean;
const COMPARISONS: Readonly<Record<string, Compare>> = {
  uge: (difference) => difference >= 0,
  ige: (difference) => difference >= 0,
  ult: (difference) => difference < 0,
  ilt: (difference) => difference < 0,
  ieq: (difference) => difference === 0,
  ine: (difference) => difference !== 0,
};

type Fold = (one: number, other: number) => number;
/** Of two constants. */
const FOLDS: Readonly<Record<string, Fold>> = {
  imul: (one, other) => one * other,
  iand: (one, other) => one & other,
  ior: (one, other) => one | other,
  ushr: (one, other) => one >>> other,
  udiv: (one, other) => (other === 0 ? 0 : Math.trunc(one / other)),
  umod: (one, other) => (other === 0 ? 0 : one % other),
  umax: Math.max,
};

class TripCount {
  readonly #known = new Map<string, Linear>();

  /** @param held variables that are kept symbolic, to find how an iteration changes the last of them */
  constructor(
    private readonly nir: Nir,
    private readonly loop: Loop,
    private readonly held: readonly string[] = [],
  ) {
    for (const name of held) this.#known.set(name, unknown(name));
  }

  /** The first known exit. */
  iterations(): number | null {
    return least(this.nir.blocks.flatMap(({ choice }, i) => (this.isIn(i) && choice ? this.exit(choice, i) : [])));
  }

  private isIn(index: number): boolean {
    return this.loop.blocks.has(index);
  }

  private exit({ condition, yes, no }: Choice, at: number): number[] {
    const [leaves, goesOn] = [this.leaves(at, yes), this.leaves(at, no)];
    if (leaves === goesOn) return [];
    const iteration = this.firstExit(condition, leaves);
    if (iteration === null) return [];
    // An exit after the last operation is taken at the end of an iteration.
    return [this.isIdle(leaves ? no : yes) ? iteration + 1 : iteration];
  }

  /** Whether an edge leaves the loop, possibly through blocks without further choice. */
  private leaves(from: number, to: number): boolean {
    const seen = new Set<number>();
    for (let [before, block] = [from, to]; !seen.has(block); ) {
      if (!this.isIn(block)) return true;
      seen.add(block);
      const next = block === this.loop.header ? null : this.only(before, block);
      if (next === null) return false;
      [before, block] = [block, next];
    }
    return false;
  }

  /** The successor of a block that was entered from another, if determined by that. */
  private only(before: number, block: number): number | null {
    const { to, choice } = this.nir.blocks[block] ?? { to: [], choice: null };
    if (!choice) return to.length === 1 ? (to[0] ?? null) : null;
    const { op, operands: [one, other] = [] } = this.nir.definitions.get(choice.condition) ?? { op: '', operands: [] };
    const compare = COMPARISONS[op];
    if (!compare || !one || !other) return null;
    const [left, right] = [this.entered(one, before), this.entered(other, before)];
    if (!isConstant(left) || !isConstant(right)) return null;
    const plain = ({ offset }: Linear) => (op.startsWith('u') ? offset >>> 0 : offset);
    return compare(plain(left) - plain(right)) ? choice.yes : choice.no;
  }

  /** A value as it is when a block is entered from another. */
  private entered(operand: Operand, before: number): Linear {
    const definition = this.nir.definitions.get(operand.id);
    const name = this.nir.blocks[before]?.name ?? '';
    const chosen = definition?.op === 'phi' ? definition.operands[definition.from.indexOf(name)] : operand;
    return this.value(chosen ?? operand);
  }

  /** Whether the rest of the iteration is empty. */
  private isIdle(index: number): boolean {
    if (index === this.loop.header) return true;
    if (!this.isIn(index)) return true;
    const { active, to } = this.nir.blocks[index] ?? { active: 0, to: [] };
    return active === 0 && to.every((next) => this.isIdle(next));
  }

  /** The iteration, from 0, in which a condition first has the wanted value. */
  private firstExit(condition: number, wanted: boolean): number | null {
    const { op, operands } = this.nir.definitions.get(condition) ?? { op: '', operands: [] };
    const [one, other] = operands;
    if (op === 'inot' && one) return this.firstExit(one.id, !wanted);
    // Any one of them is enough.
    if (op === 'phi' || op === (wanted ? 'ior' : 'iand'))
      return least(operands.map(({ id }) => (id === condition ? null : this.firstExit(id, wanted))));
    const compare = COMPARISONS[op];
    if (!compare || !one || !other) return null;
    const [left, right] = [one, other]
      .map((operand) => this.value(operand))
      .map((value) => [value, ...(value.or ?? [])]);
    const pairs = (left ?? []).flatMap((mine) => (right ?? []).map((theirs) => [mine, theirs] as const));
    return least(
      pairs.map(([mine, theirs]) => this.firstOf(mine, theirs, (difference) => compare(difference) === wanted)),
    );
  }

  private firstOf(left: Linear, right: Linear, holds: Compare): number | null {
    if (left.terms.join() !== right.terms.join() || left.step === right.step) return null;
    for (let iteration = 0; iteration < MOST_TRIPS; iteration++)
      if (holds(left.offset - right.offset + iteration * (left.step - right.step))) return iteration;
    return null;
  }

  private value({ id, part }: Operand): Linear {
    const name = part === '' ? `%${id}` : `%${id}.${part}`;
    const known = this.#known.get(name);
    if (known) return known;
    // Values that depend on themselves other than through a phi of this loop are unknown.
    this.#known.set(name, unknown(name));
    const found = this.computed(id, part, name);
    this.#known.set(name, found);
    return found;
  }

  private computed(id: number, part: string, name: string): Linear {
    const definition = this.nir.definitions.get(id);
    if (!definition) return unknown(name);
    const { op, operands } = definition;
    if (definition.constant !== null) return constant(definition.constant);
    if (OWN_INDEX.test(op)) return constant(0);
    if (op === 'phi') return this.phi(definition, name);
    if (/^vec\d+$/.test(op)) {
      const component = operands['xyzw'.indexOf(part)];
      return component && part !== '' ? this.value(component) : unknown(name);
    }
    const values = operands.map((operand) => this.value(operand));
    return combined(op, values) ?? unknown(name);
  }

  /** A loop variable: its initial value and its increment; or a loop-invariant value. */
  private phi({ operands, from, block }: Definition, name: string): Linear {
    const sources = from.map((source) => this.nir.blocks.findIndex((known) => known.name === source));
    const inside = operands.filter((_, i) => this.isIn(sources[i] ?? -1) && !this.leaves(sources[i] ?? -1, block));
    const [next, ...others] = inside;
    if (!next || others.length > 0) return unknown(name);
    if (block !== this.loop.header) return this.isIn(block) ? this.value(next) : unknown(name);
    const before = operands.find((_, i) => !this.isIn(sources[i] ?? -1));
    const moved = new TripCount(this.nir, this.loop, [...this.held, name]).value(next);
    if (!before || moved.terms.join() !== name || moved.step !== 0) return unknown(name);
    return { ...this.value(before), step: moved.offset };
  }
}

function combined(op: string, values: readonly Linear[]): Linear | null {
  const [one, other, third, fourth] = values;
  if (!one) return null;
  if (/^(mov|[ui]2[ui](16|32))$/.test(op)) return one;
  if (op === 'ineg') return scaled(one, -1);
  if (!other) return null;
  if (op === 'iadd') return sum(one, other);
  if (op === 'isub') return differenceOf(one, other);
  if (op === 'ishl' && isConstant(other)) return scaled(one, 2 ** other.offset);
  if (op === 'imul' && isConstant(other)) return scaled(one, other.offset);
  if (op === 'imul' && isConstant(one)) return scaled(other, one.offset);
  if (op === 'umin') return lesser(one, other);
  if (op === 'lea_nv' && third && isConstant(third)) return sum(one, scaled(other, 2 ** third.offset));
  if (op === 'imadshl_agx' && third && fourth && isConstant(other) && isConstant(fourth))
    return sum(scaled(one, other.offset), scaled(third, 2 ** fourth.offset));
  const fold = FOLDS[op];
  return fold && isConstant(one) && isConstant(other) ? constant(fold(one.offset, other.offset)) : null;
}

function sum(one: Linear, other: Linear): Linear {
  return {
    terms: [...one.terms, ...other.terms].sort(),
    offset: one.offset + other.offset,
    step: one.step + other.step,
  };
}

function differenceOf(one: Linear, other: Linear): Linear | null {
  return other.terms.length > 0 ? null : sum(one, scaled(other, -1));
}

function scaled({ terms, offset, step }: Linear, factor: number): Linear {
  if (factor === 0) return constant(0);
  const named = factor === 1 ? terms : terms.map((term) => `${factor}·${term}`);
  return { terms: named, offset: factor * offset, step: factor * step };
}

/** The constant operand of a minimum, which holds in all iterations but the last. */
function lesser(one: Linear, other: Linear): Linear {
  if (isConstant(one) && isConstant(other)) return one.offset <= other.offset ? one : other;
  return isConstant(other) ? { ...other, or: [one] } : { ...one, or: [other] };
}

function least(iterations: readonly (number | null)[]): number | null {
  const known = iterations.flatMap((iteration) => iteration ?? []);
  return known.length === 0 ? null : Math.min(...known);
}
