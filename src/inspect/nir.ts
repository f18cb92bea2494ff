/**
 * NIR, Mesa's intermediate representation, as its drivers print it after the last optimisation. Only what determines iteration
 * counts is parsed: blocks, their order and successors, definitions, and conditions.
 */

export interface Operand {
  readonly id: number;
  /** Component: x, y, z, …; empty for all. */
  readonly part: string;
}

export interface Definition {
  /** As NIR names it: `iadd`, `load_const`, `@load_workgroup_id`; with its number where a load has one: `@load_sysval_nv:33`. */
  readonly op: string;
  readonly operands: readonly Operand[];
  /** Of a constant, as a signed number of 32 bits. */
  readonly constant: number | null;
  /** Of a phi: from which block each operand comes. */
  readonly from: readonly string[];
  /** Index of the block that it is in. */
  readonly block: number;
}

/** A block that ends with a choice goes to `yes` or `no`. */
export interface Choice {
  readonly condition: number;
  readonly yes: number;
  readonly no: number;
}

export interface NirBlock {
  readonly name: string;
  readonly to: readonly number[];
  readonly choice: Choice | null;
  /** Instructions in it that do something: neither phis nor constants. */
  readonly active: number;
}

export interface Nir {
  readonly blocks: readonly NirBlock[];
  readonly definitions: ReadonlyMap<number, Definition>;
  /** Bytes of workgroup memory. */
  readonly sharedBytes: number;
}

interface Draft {
  name: string;
  successors: string[];
  choice: { condition: number; yes: string | null; no: string | null } | null;
  active: number;
}

const BLOCK = /^\s*(?:(?:con|div) )?block (b\d+):/;
const DEFINITION = /^\s*(?:(?:con|div)\s+)?\d+(?:x\d+)?\s+%(\d+) = (.+)$/;
const GOTO = /^\s*goto (b\d+)(?: if %(\d+) else (b\d+))?/;

/** The first function of the text; the preamble of the shader follows it. */
export function parseNir(text: string): Nir {
  const [, body = text] = text.split(/^impl .*$/m);
  const drafts: Draft[] = [];
  const definitions = new Map<number, Definition>();
  for (const line of body.split('\n')) readLine(line, drafts, definitions);
  const [, shared = '0'] = /^shared_size: (\d+)/m.exec(text) ?? [];
  return { blocks: linked(drafts), definitions, sharedBytes: Number(shared) };
}

function readLine(line: string, drafts: Draft[], definitions: Map<number, Definition>): void {
  const [, name] = BLOCK.exec(line) ?? [];
  if (name !== undefined) {
    // The block after an `if` is what its condition leads to.
    const before = drafts.at(-1);
    if (before?.choice?.yes === null) before.choice.yes = name;
    drafts.push({ name, successors: [], choice: null, active: 0 });
  }
  const block = drafts.at(-1);
  if (!block) return;
  const [, successors] = /succs: (.*)$/.exec(line) ?? [];
  if (successors !== undefined) block.successors.push(...successors.trim().split(/\s+/).filter(Boolean));
  const [, yes = '', condition, no = ''] = GOTO.exec(line) ?? [];
  if (condition !== undefined) block.choice = { condition: Number(condition), yes, no };
  const [, tested] = /^\s*if %(\d+)/.exec(line) ?? [];
  if (tested !== undefined) block.choice = { condition: Number(tested), yes: null, no: null };
  const [, id, right = ''] = DEFINITION.exec(line) ?? [];
  if (id !== undefined) {
    const definition = definitionOf(right, drafts.length - 1);
    definitions.set(Number(id), definition);
    if (definition.op !== 'phi' && definition.op !== 'load_const') block.active++;
  } else if (/^\s*@/.test(line)) block.active++;
}

function definitionOf(right: string, block: number): Definition {
  const [name = ''] = right.split(/[\s!]/);
  const [, base] = /\(.*\bbase=(\d+)/.exec(right) ?? [];
  const op = name.startsWith('@') && base !== undefined ? `${name}:${base}` : name;
  const constant = op === 'load_const' ? signed(/\((0x[0-9a-f]+)/.exec(right)?.[1]) : null;
  const operands = [...right.matchAll(/%(\d+)(?:\.([a-p]+))?/g)];
  return {
    op,
    block,
    constant,
    operands: operands.map(([, id, part = '']) => ({ id: Number(id), part })),
    from: op === 'phi' ? [...right.matchAll(/(b\d+): %/g)].map(([, block = '']) => block) : [],
  };
}

function signed(hexadecimal: string | undefined): number | null {
  return hexadecimal === undefined || hexadecimal.length > 10 ? null : Number(hexadecimal) | 0;
}

function linked(drafts: readonly Draft[]): NirBlock[] {
  const indexes = new Map(drafts.map(({ name }, i) => [name, i]));
  const at = (name: string | null | undefined) => indexes.get(name ?? '') ?? drafts.length;
  return drafts.map(({ name, successors, choice, active }) => {
    const otherwise = choice?.no ?? successors.find((next) => next !== choice?.yes);
    const made = choice && { condition: choice.condition, yes: at(choice.yes), no: at(otherwise) };
    return { name, to: successors.map(at), choice: made, active };
  });
}
