/** How each case of a comparison stands on both sides, and which cases are measured. */
import type { Case } from '../../plan/case/case.ts';
import { inTurn } from './shares.ts';
import type { Broken, Pairing } from './sides.ts';

type Kind = (Pairing | Broken)['kind'];

export class Pairings {
  readonly #of: ReadonlyMap<string, Pairing | Broken>;
  /** In order of priority: changed cases, as many identical ones as there are controls, and new cases, of each kernel in turn. */
  readonly measured: readonly Case[];
  /** How many of them have both sides, and so share the error. */
  readonly compared: number;

  /** @param pairs of each case by id */
  constructor(cases: readonly Case[], pairs: ReadonlyMap<string, Pairing | Broken>, controls: number) {
    this.#of = pairs;
    const are = (...kinds: Kind[]) => cases.filter((item) => kinds.includes(this.of(item).kind));
    const changed = are('changed').length;
    const identical = inTurn(are('identical'), ({ kernel }) => (kernel === 'best' ? 'picked' : 'by name'));
    const kept = new Set(changed === 0 ? [] : identical.slice(0, controls));
    const compared = cases.filter((item) => kept.has(item) || this.is(item, 'changed'));
    this.measured = inTurn([...compared, ...are('new')], ({ kernel }) => kernel);
    this.compared = changed + kept.size;
  }

  of(item: Case): Pairing | Broken {
    const found = this.#of.get(item.id);
    if (!found) throw new Error(`${item.id} was never paired`);
    return found;
  }

  is(item: Case, kind: Kind): boolean {
    return this.of(item).kind === kind;
  }
}
