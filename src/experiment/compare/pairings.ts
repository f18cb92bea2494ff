/** How each case of a comparison stands on both sides, and which cases are measured. */
import type { DeviceFacts } from '../../engine/port.ts';
import type { Case } from '../../plan/case/case.ts';
import { inTurn } from './shares.ts';
import { type Pairing, pairing, type Sides } from './sides.ts';

export class Pairings {
  readonly #of: ReadonlyMap<string, Pairing>;
  /** In order of priority: changed cases, as many identical ones as there are controls, and new cases, of each kernel in turn. */
  readonly measured: readonly Case[];
  /** How many of them have both sides, and so share the error. */
  readonly compared: number;

  constructor(cases: readonly Case[], sides: Sides, { facts, controls }: { facts: DeviceFacts; controls: number }) {
    this.#of = new Map(cases.map((item) => [item.id, pairing(item, sides, facts)]));
    const are = (...kinds: Pairing['kind'][]) => cases.filter((item) => kinds.includes(this.of(item).kind));
    const changed = are('changed').length;
    const identical = inTurn(are('identical'), ({ kernel }) => (kernel === 'best' ? 'picked' : 'by name'));
    const kept = new Set(changed === 0 ? [] : identical.slice(0, controls));
    const compared = cases.filter((item) => kept.has(item) || this.is(item, 'changed'));
    this.measured = inTurn([...compared, ...are('new')], ({ kernel }) => kernel);
    this.compared = changed + kept.size;
  }

  of(item: Case): Pairing {
    const found = this.#of.get(item.id);
    if (!found) throw new Error(`${item.id} was never paired`);
    return found;
  }

  is(item: Case, kind: Pairing['kind']): boolean {
    return this.of(item).kind === kind;
  }
}
