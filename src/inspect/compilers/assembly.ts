/** Builds blocks from the lines of an assembly, as classified by the parser of a compiler. */
import type { Block, Instruction } from '../instructions.ts';

/** The instructions of a line; several for a repeated one. */
export interface Line {
  /** Names the block that begins here. */
  readonly label?: string | undefined;
  readonly instructions?: readonly Instruction[];
  /** Labels of where it may jump to. */
  readonly jumps?: readonly string[];
}

interface Draft {
  readonly labels: string[];
  readonly instructions: Instruction[];
  readonly jumps: string[];
}

/** Labels and jumps separate blocks. */
export function blocksOf(lines: Iterable<Line>): Block[] {
  const drafts: Draft[] = [{ labels: [], instructions: [], jumps: [] }];
  const begin = () => drafts.push({ labels: [], instructions: [], jumps: [] });
  for (const { label, instructions = [], jumps = [] } of lines) {
    const open = drafts.at(-1);
    if (label !== undefined) {
      if (open && open.instructions.length > 0) begin();
      drafts.at(-1)?.labels.push(label);
    }
    drafts.at(-1)?.instructions.push(...instructions);
    if (jumps.length === 0) continue;
    drafts.at(-1)?.jumps.push(...jumps);
    begin();
  }
  const indexes = new Map(drafts.flatMap(({ labels }, i) => labels.map((label) => [label, i] as const)));
  // Whether a jump is conditional does not affect loops.
  return drafts.map(({ instructions, jumps }, i) => ({
    instructions,
    to: [...jumps.flatMap((label) => indexes.get(label) ?? []), ...(i + 1 < drafts.length ? [i + 1] : [])],
  }));
}
