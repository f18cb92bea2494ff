/** ACO, the compiler of Mesa's RADV, for AMD's GPUs: assembly as LLVM's disassembler prints it. */
import type { Instruction } from '../instructions.ts';
import { blocksOf, type Line } from './assembly.ts';
import type { Compiler } from './compiler.ts';

export const aco: Compiler = {
  name: 'ACO',
  units: { registers: 'vector registers of 32 bits a lane', occupancy: 'subgroups a SIMD' },
  speaks: ({ representations }) => 'ACO IR' in representations,
  // Spilled scalar registers go to lanes of vector registers, not to memory.
  statistics: {
    registers: 'VGPRs',
    spills: 'Spilled VGPRs',
    scratchBytes: 'Scratch size',
    occupancy: 'Subgroups per SIMD',
    instructions: 'Instructions',
  },
  blocks: ({ representations }) => {
    const text = representations.Assembly;
    return text === undefined ? null : blocksOf(linesOf(text));
  },
};

function* linesOf(text: string): Generator<Line> {
  let last: Instruction | null = null;
  for (const line of text.split('\n')) {
    const [, label] = /^(BB\d+):/.exec(line) ?? [];
    const [, repeats] = /^\s+\(then repeated (\d+) times\)/.exec(line) ?? [];
    const [, op = '', rest = ''] = /^\s+([a-z]\w*)([^;]*)/.exec(line) ?? [];
    if (label !== undefined) yield { label };
    else if (repeats !== undefined && last) yield { instructions: Array(Number(repeats)).fill(last) };
    else if (op !== '') {
      last = instructionOf(op, rest);
      yield { instructions: [last], jumps: /^s_c?branch/.test(op) ? (rest.match(/BB\d+/g) ?? []) : [] };
    }
  }
}

const FUSED =
  /^v_(dual_)?(fma|fmac|fmaak|fmamk|mad|mac|madak|madmk)(_mix|_mixlo|_mixhi|_legacy|_dx9_zero)?_(f16|f32|f64|bf16)/;
const ON_LANES = /^v_/;
const SHARED = /^ds_/;
const MEMORY = /^(buffer|tbuffer|global|flat|image|scratch)_/;

function instructionOf(op: string, rest: string): Instruction {
  if (/^v_(s?wmma|s?mfma)/.test(op)) return { kind: 'valu', form: 'matrix' };
  const [, lanes] = /^v_dot(\d)/.exec(op) ?? [];
  if (lanes !== undefined) return { kind: 'valu', form: 'dot', multiplyAdds: Number(lanes) };
  if (/^v_pk_fma/.test(op)) return { kind: 'valu', form: 'packed', multiplyAdds: 2 };
  if (ON_LANES.test(op)) {
    // Two instructions in one, joined by `::`.
    const multiplyAdds = `${op} ${rest}`.split('::').filter(isMultiplyAdd).length;
    return { kind: 'valu', ...(multiplyAdds > 0 && { multiplyAdds }) };
  }
  const loads = bytesLoaded(op, rest);
  if (SHARED.test(op)) return { kind: 'shared', ...(loads && { loads }) };
  if (MEMORY.test(op)) return { kind: 'memory', ...(loads && { loads }) };
  return { kind: 'salu' };
}

const WIDTHS: Readonly<Record<string, number>> = { byte: 1, short: 2, dword: 4, dwordx2: 8, dwordx3: 12, dwordx4: 16 };

/** A fused instruction with a factor of 1.0 only adds, with an addend of 0 only multiplies: conversions from f16 are both. */
function isMultiplyAdd(text: string): boolean {
  const [, op = '', operands = ''] = /^\s*(v_\w+)(.*)/.exec(text) ?? [];
  if (!FUSED.test(op)) return false;
  const [, one, other, added = ''] = operands.split(',').map((operand) => operand.trim().split(' ')[0]);
  return one !== '1.0' && other !== '1.0' && !/^(0|-0|neg\(0\))$/.test(added);
}

/** By the name of the instruction: `b128`, `dwordx4`, `u16`; image loads by the channels they ask for. */
function bytesLoaded(op: string, rest: string): number | undefined {
  if (!/_(load|read|sample)/.test(op)) return undefined;
  const [, mask] = /^image_.*dmask:(0x[0-9a-f]+)/.exec(`${op}${rest}`) ?? [];
  if (mask !== undefined) return 4 * Number(mask).toString(2).replaceAll('0', '').length;
  const twice = /2addr|read2/.test(op) ? 2 : 1;
  const [, bits] = /_[biuf](\d+)\b/.exec(op) ?? [];
  if (bits !== undefined) return (twice * Number(bits)) / 8;
  const [, words] = /_[us]?(byte|short|dword(?:x\d)?)/.exec(op) ?? [];
  return words === undefined ? undefined : twice * (WIDTHS[words] ?? 4);
}
