/** brw, the compiler of Mesa's ANV, for Intel's GPUs. */
import type { Instruction } from '../instructions.ts';
import { blocksOf, type Line } from './assembly.ts';
import type { Compiler } from './compiler.ts';

export const brw: Compiler = {
  name: 'brw',
  units: {
    registers: 'registers of 32 bytes that a thread would need at once without spills; it has 128',
    occupancy: 'not told',
  },
  speaks: ({ representations }) => 'GEN Assembly' in representations,
  statistics: {
    registers: 'Max live registers',
    spills: 'Spill Count',
    scratchBytes: 'Scratch Memory Size',
    occupancy: null,
    instructions: 'Instruction Count',
  },
  blocks: ({ representations }) => {
    const text = representations['GEN Assembly'];
    return text === undefined ? null : blocksOf(linesOf(text));
  },
};

/** A message's second line says where it goes. */
function* linesOf(text: string): Generator<Line> {
  for (const line of text.replace(/\n {20,}/g, ' ').split('\n')) {
    const [, label] = /^(LABEL\d+):/.exec(line) ?? [];
    if (label !== undefined) {
      yield { label };
      continue;
    }
    const [, op = '', rest = ''] = /^(?:\([^)]*\) )?([a-z][\w.]*(?: [a-z]+)?)\s*(?:\(\d+\)|\|)(.*)/.exec(line) ?? [];
    if (op === '') continue;
    // Loops end with `while`, a backward jump; forward jumps make no loop.
    const jumps = /^while/.test(op) ? (rest.match(/LABEL\d+/g) ?? []) : [];
    yield { instructions: [instructionOf(op, rest)], jumps };
  }
}

const CONTROL = /^(sync|nop|if|else|endif|while|break|cont|halt|jmpi|call|calla|ret|illegal|wait|brd|brc|goto|join)\b/;

function instructionOf(op: string, rest: string): Instruction {
  if (/^dpas/.test(op)) return { kind: 'valu', form: 'matrix' };
  if (/^dp4a/.test(op)) return { kind: 'valu', form: 'dot', multiplyAdds: 4 };
  if (/^mad\b/.test(op) && /^\s*\S*>:?(F|HF|DF|BF)\b/.test(rest)) return { kind: 'valu', multiplyAdds: 1 };
  if (/^sends?c?\b/.test(op)) return messageOf(rest);
  return { kind: CONTROL.test(op) ? 'salu' : 'valu' };
}

/** Workgroup memory is surface 254 of the data cache, and a port of its own on newer chips. */
function messageOf(text: string): Instruction {
  if (/gateway|thread_spawner|null MsgDesc/.test(text)) return { kind: 'salu' };
  if (/mfence|fence/.test(text)) return { kind: 'salu' };
  const shared = /slm MsgDesc|Surface = 254|bti 254/.test(text);
  const loads = bytesLoaded(text);
  return { kind: shared ? 'shared' : 'memory', ...(loads && { loads }) };
}

function bytesLoaded(text: string): number | undefined {
  const [, bits, lanes = '1'] = /MsgDesc: \( ?load(?:_\w+)?, a\d+, d(\d+)(?:u32)?, (?:V(\d+)|\w+)/.exec(text) ?? [];
  if (bits !== undefined) return (Number(bits) / 8) * Number(lanes);
  // Channels that are masked out do not come.
  const [, mask] = /untyped surface read[^)]*Mask = (0x[0-9a-f]+)/.exec(text) ?? [];
  if (mask !== undefined) return 16 - 4 * Number(mask).toString(2).replaceAll('0', '').length;
  const [, width] = /byte scattered read[^)]*?(\d+)(?:-bit|bit)?\)/.exec(text) ?? [];
  return width === undefined ? undefined : Number(width) / 8;
}
