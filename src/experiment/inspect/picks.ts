/** The kernel and sizes that each GPU would get for each case; the GPUs need not be here. */
import type { KernelSet } from '../../kernel/set/kernel.ts';
import type { Case } from '../../plan/case/case.ts';
import type { ListedPick } from '../../plan/case/list.ts';
import { native } from './native.ts';
import { openGpu } from './open.ts';
import { programFor } from './programs.ts';

/**
 * By case id, in the order of `gpus`. Tunings are stored per machine and not considered.
 * @throws NothingToDo if a GPU cannot be opened
 */
export async function picksOn(
  gpus: readonly string[],
  { cases, set, root }: { cases: readonly Case[]; set: KernelSet; root: string | null },
): Promise<Map<string, ListedPick[]>> {
  const picks = new Map<string, ListedPick[]>(cases.map(({ id }) => [id, []]));
  const built = gpus.length > 0 ? native() : null;
  for (const gpu of gpus) {
    if (!built) break;
    const { process, facts } = await openGpu({ gpu, native: built, root, adapter: 'auto' });
    process.end();
    for (const item of cases) {
      const asked = programFor(item, set, facts);
      const { tile, thread } = 'reason' in asked ? { tile: null, thread: null } : asked.program;
      const of = 'reason' in asked ? { kernel: null, reason: asked.reason } : { kernel: asked.kernel.name };
      picks.get(item.id)?.push({ gpu, ...of, tile, thread });
    }
  }
  return picks;
}
