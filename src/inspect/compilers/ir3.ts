/** ir3, the compiler of Mesa's Turnip, for Qualcomm's Adreno. */
import type { Instruction } from '../instructions.ts';
import { blocksOf, type Line } from './assembly.ts';
import type { Compiler } from './compiler.ts';

export const ir3: Compiler = {
  name: 'ir3',
  units: { registers: 'vectors of four 32-bit registers a lane', occupancy: 'subgroups (waves) a core' },
  speaks: ({ representations }) => 'IR3 Assembly' in representations,
  statistics: {
    registers: 'Registers used',
    spills: 'STP Count',
    scratchBytes: 'Private memory size',
    occupancy: 'Max Waves Per Core',
    instructions: 'Instruction Count',
  },
  blocks: ({ representations }) => {
    const text = representations['IR3 Assembly'];
    return text === undefined ? null : blocksOf(linesOf(text));
  },
};

const PAUSE: Instruction = { kind: 'salu' };

/** `(rpt2)` issues an instruction three times, `(nop3)` pauses three times before it. */
function* linesOf(text: string): Generator<Line> {
  for (const line of text.split('\n')) {
    const [, label] = /^(l\d+):/.exec(line) ?? [];
    if (label !== undefined) {
      yield { label };
      continue;
    }
    const [, flags = '', op = '', rest = ''] = /^((?:\([a-z]+\d*\)\s*)*)([a-z][\w.]*)(.*)/.exec(line) ?? [];
    if (op === '') continue;
    const number = (flag: string) => Number(new RegExp(`\\(${flag}(\\d+)\\)`).exec(flags)?.[1] ?? 0);
    const instruction = instructionOf(op, rest);
    const repeated = Array<Instruction>(number('rpt') + 1).fill(instruction);
    const jumps = [...rest.matchAll(/#(l\d+)/g)].map(([, target = '']) => target);
    yield { instructions: [...Array<Instruction>(number('nop')).fill(PAUSE), ...repeated], jumps };
  }
}

const CONTROL =
  /^(nop|br|bra[oa]|bkt|jump|call|ret|kill|end|emit|cut|chmask|chsh|flow_rev|shp[se]|bar|fence|getone|getlast|predt|predf|prede|ldc|stc|sleep|icinv|lock|unlock|alias|any|all)\b/;
const SHARED = /^(ldl|stl|ldlw|stlw|ldlv|atomic\.l?\w*\.l|brcst|quad_shuffle|shfl)\b/;
const MEMORY = /^(ldib|stib|ldg|stg|ldp|stp|isam|isaml|sam|resinfo|atomic|ldgb|stgb)\b/;

function instructionOf(op: string, rest: string): Instruction {
  if (/^dp[24]acc/.test(op)) return { kind: 'valu', form: 'dot', multiplyAdds: Number(op[2]) };
  if (/^mad\.f(16|32)/.test(op)) return { kind: 'valu', multiplyAdds: 1 };
  const loads = /^(ld|i?sam)/.test(op) ? bytesLoaded(op, rest) : undefined;
  if (SHARED.test(op)) return { kind: 'shared', ...(loads && { loads }) };
  if (CONTROL.test(op)) return PAUSE;
  if (MEMORY.test(op)) return { kind: 'memory', ...(loads && { loads }) };
  // Registers that all lanes share begin at r48.
  return { kind: /^\s*(\([\w]+\))*h?r(4[89]|5\d)\./.test(rest) ? 'salu' : 'valu' };
}

/** Its type, times the number of values: the last operand of a load, the channels of a texture's. */
function bytesLoaded(op: string, rest: string): number | undefined {
  const [, type] = /\.[fus](8|16|32)\b/.exec(op) ?? /\([fus](8|16|32)\)/.exec(`${op}${rest}`) ?? [];
  const [, channels] = /\(([xyzw]+)\)/.exec(rest) ?? [];
  const [, values] = /\.([1-4])d?\.\w*/.exec(op) ?? /,\s*([1-4])\s*$/.exec(rest) ?? [];
  const count = channels?.length ?? (values === undefined ? 1 : Number(values));
  return type === undefined ? undefined : (Number(type) / 8) * count;
}
