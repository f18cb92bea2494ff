/** The operand sets of a visit, through which launches rotate so that none finds its operands in a cache. */
import type { Operands, Session } from '../../engine/port.ts';
import { operandBytes } from '../../gemm/shape.ts';
import type { VisitRequest } from './protocol.ts';

export class Rotation {
  #operands: Operands | null = null;
  #next = 0;

  async allocate(session: Session, request: VisitRequest): Promise<void> {
    const { problem, seed, distribution } = request;
    this.#operands = await session.allocate({ problem, seed, distribution, sets: setsFor(request) });
  }

  get operands(): Operands {
    if (!this.#operands) throw new Error('operands are allocated first');
    return this.#operands;
  }

  /** The set of the next launch; the rotation goes on across samples. */
  take(launches: number): number {
    const set = this.#next;
    this.#next = (this.#next + launches) % this.operands.sets;
    return set;
  }

  dispose(): void {
    this.#operands?.dispose();
  }
}

function setsFor({ problem, operands, coldBytes, maxSets }: VisitRequest): number {
  if (operands === 'hot') return 1;
  const { a, b, scales, aScales, bias } = operandBytes(problem);
  return Math.max(1, Math.min(maxSets, Math.ceil(coldBytes / (a + b + scales + aScales + bias))));
}
