/**
 * NAK, the open compiler of Mesa's NVK, for NVIDIA's GPUs. NVIDIA's own compiler differs; registers and instructions are those of
 * the chip.
 */
import type { Block, Instruction } from '../instructions.ts';
import type { Compiler } from './compiler.ts';

export const nak: Compiler = {
  name: 'NAK',
  units: { registers: 'registers of 32 bits a lane', occupancy: 'subgroups (warps) a multiprocessor' },
  speaks: ({ representations }) => 'NAK assembly' in representations,
  statistics: {
    registers: 'Number of GPRs',
    spills: 'Spills to memory',
    scratchBytes: 'SLM size',
    occupancy: 'Max warps/SM',
    instructions: 'Instruction count',
  },
  blocks: ({ representations }) => {
    const text = representations['NAK assembly'];
    return text === undefined ? null : blocksOf(text);
  },
};

/** `block 1 L5 [from] -> {`, instructions, `} -> [to]`. */
function blocksOf(text: string): Block[] {
  const blocks: { instructions: Instruction[]; to: number[] }[] = [];
  for (const line of text.split('\n')) {
    if (/^block/.test(line)) blocks.push({ instructions: [], to: [] });
    const block = blocks.at(-1);
    if (!block) continue;
    const [, to] = /^\} -> \[([^\]]*)\]/.exec(line) ?? [];
    if (to !== undefined) block.to.push(...to.split(/, */).filter(Boolean).map(Number));
    const [, left = '', op = ''] = /^(?:@!?\w+)?\s+(?:([^=/]*?)\s*= )?([a-z][\w.]*)/.exec(line) ?? [];
    if (op !== '') block.instructions.push(instructionOf(op, left));
  }
  return blocks;
}

const CONTROL =
  /^(bra|brx|bsync|bssy|bclear|bmov|break|nop|exit|bar|warpsync|depbar|membar|cctl|kill|yield|r2ur|s2r|cs2r|s2ur)\b/;
const SHARED = /^(ldsm|(ld|st|atom|red)s?\.shared|lds|sts|shfl|movm)/;
const MEMORY = /^(ld|st|ldg|stg|ldl|stl|atom|red|suld|sust|tex|tld|txd)\b/;

function instructionOf(op: string, left: string): Instruction {
  if (/^[hi]mma/.test(op)) return { kind: 'valu', form: 'matrix' };
  if (/^i?dp4/.test(op)) return { kind: 'valu', form: 'dot', multiplyAdds: 4 };
  if (/^hfma2/.test(op)) return { kind: 'valu', form: 'packed', multiplyAdds: 2 };
  if (/^[fd]fma/.test(op)) return { kind: 'valu', multiplyAdds: 1 };
  const loads = /^ld/.test(op) ? bytesLoaded(op) : undefined;
  if (SHARED.test(op)) return { kind: 'shared', ...(loads && { loads }) };
  if (MEMORY.test(op) && !/^ldc/.test(op)) return { kind: 'memory', ...(loads && { loads }) };
  // Registers that all lanes share have names that begin with u.
  return { kind: CONTROL.test(op) || /^ldc|^u/.test(op) || /^u[rp]\d/.test(left) ? 'salu' : 'valu' };
}

function bytesLoaded(op: string): number | undefined {
  const [, bits] = /\.[busf](8|16|32|64|128)\b/.exec(op) ?? [];
  return bits === undefined ? undefined : Number(bits) / 8;
}
