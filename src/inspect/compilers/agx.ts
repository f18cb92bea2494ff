/**
 * agx, the open compiler of Mesa's Honeykrisp, for Apple's GPUs. Apple's own compiler differs. The driver prints its code instead
 * of reporting it.
 */
import type { Block, Instruction } from '../instructions.ts';
import type { Compiler } from './compiler.ts';

export const agx: Compiler = {
  name: 'agx',
  units: { registers: 'registers of 16 bits a lane', occupancy: 'threads resident' },
  speaks: ({ statistics }) => 'FSCIB' in statistics,
  statistics: {
    registers: 'GPRs',
    spills: 'Spills',
    scratchBytes: 'Scratch',
    occupancy: 'Threads',
    instructions: 'Instructions',
  },
  blocks: (_, printed) => {
    const text = allocated(printed);
    return text === null ? null : blocksOf(text);
  },
};

/** The first text whose values have registers: the main function, after allocation and scheduling. */
function allocated(printed: string): string | null {
  const dumps = printed.split(/^(?=block0 \{)/m).filter((text) => text.startsWith('block0'));
  return dumps.find((dump) => /^\s+\$?r\d+[lh]? = /m.test(dump)) ?? null;
}

/** `block1 {`, instructions, `} -> block2 from block0`. */
function blocksOf(text: string): Block[] {
  const blocks: { name: string; instructions: Instruction[]; to: string[] }[] = [];
  for (const line of text.split('\n')) {
    const [, name] = /^(block\d+) \{/.exec(line) ?? [];
    if (name !== undefined) blocks.push({ name, instructions: [], to: [] });
    const block = blocks.at(-1);
    if (!block) continue;
    const [, to] = /^\} (?:-> )?(.*?)(?:from.*)?$/.exec(line) ?? [];
    if (to !== undefined) block.to.push(...(to.match(/block\d+/g) ?? []));
    const [, op = '', rest = ''] = /^\s+(?:[^=]* = )?([a-z]\w*)(.*)/.exec(line) ?? [];
    // The hexadecimal code that follows is no block's.
    if (op !== '' && block.to.length === 0 && !/^\s*[0-9a-f]+: /.test(line))
      block.instructions.push(instructionOf(op, rest));
  }
  const indexes = new Map(blocks.map(({ name }, i) => [name, i]));
  return blocks.map(({ instructions, to }) => ({ instructions, to: to.flatMap((name) => indexes.get(name) ?? []) }));
}

const CONTROL =
  /^(if|else|while|begin_cf|pop_exec|jmp|wait|stop|threadgroup_barrier|memory_barrier|trap|nop|break|fence|doorbell|get_sr)/;
const SHARED = /^(local_(load|store|atomic)|simd_(shuffle|ballot)|quad_shuffle|shuffle|ballot)/;
const MEMORY = /^(device_(load|store)|uniform_(load|store)|stack_(load|store)|image_|texture_|block_image|atomic)/;

function instructionOf(op: string, rest: string): Instruction {
  if (/^simd_matrix|^simd_matmul/.test(op)) return { kind: 'valu', form: 'matrix' };
  if (/^(ffma|hfma)/.test(op)) return { kind: 'valu', multiplyAdds: 1 };
  const loads = /load/.test(op) ? bytesLoaded(rest) : undefined;
  if (SHARED.test(op)) return { kind: 'shared', ...(loads && { loads }) };
  if (MEMORY.test(op)) return { kind: 'memory', ...(loads && { loads }) };
  return { kind: CONTROL.test(op) ? 'salu' : 'valu' };
}

/** Channels of a format: `i32, xyzw`; the text names only the channels, of 4 bytes unless said otherwise. */
function bytesLoaded(rest: string): number | undefined {
  const [, channels] = /, ([xyzw]+)(?:,|$)/.exec(rest) ?? [];
  const [, bits] = /\bi(8|16|32)\b/.exec(rest) ?? [];
  return channels === undefined ? undefined : (Number(bits ?? 32) / 8) * channels.length;
}
