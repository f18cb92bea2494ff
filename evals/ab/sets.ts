/**
 * Kernel sets whose truth is known, made of the kernels in `sets/base`: equal ones do the same work as another text, slowed ones
 * more of it.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HEAD_NAMES, type Head } from './pool.ts';

export const FOLDER = fileURLToPath(new URL('./sets', import.meta.url));
export const BASE_FOLDER = join(FOLDER, 'base');
export const SLOWED = ['slow-3', 'slow-5', 'slow-10'] as const satisfies readonly Head[];

interface Heads {
  /** Thousandths of k that are summed once more; work hides behind loads, so the time they cost was measured. */
  readonly extra: Readonly<Record<(typeof SLOWED)[number], number>>;
  /** Text of the base, all of whose occurrences are replaced, and what the equal kernel has instead. */
  readonly equal: readonly (readonly [find: string, replace: string])[];
}

const KERNELS: Readonly<Record<string, Heads>> = {
  'direct.wgsl': {
    extra: { 'slow-3': 30, 'slow-5': 52, 'slow-10': 105 },
    equal: [
      [
        'let row = at.row + 4u * local.y;\n  let col = at.col + 4u * local.x;',
        'let col = 4u * local.x + at.col;\n  let row = 4u * local.y + at.row;',
      ],
      ['store_c4(at.matrix, row + r,', 'store_c4(at.matrix, r + row,'],
    ],
  },
  'gemv-direct.wgsl': {
    extra: { 'slow-3': 14, 'slow-5': 32, 'slow-10': 92 },
    equal: [
      ['min(at.row + i, at.row_end - 1u)', 'min(at.row_end - 1u, i + at.row)'],
      ['at.col + 4u * (local.x + j * WORKGROUP_X)', '4u * local.x + at.col + j * (4u * WORKGROUP_X)'],
      ['store_c4(at.matrix, at.row + i,', 'store_c4(at.matrix, i + at.row,'],
      ['sums[i * QUADS + j]);', 'sums[j + i * QUADS]);'],
    ],
  },
  'mxfp4.wgsl': {
    extra: { 'slow-3': 40, 'slow-5': 58, 'slow-10': 120 },
    equal: [
      [
        ['x', 'y', 'z', 'w'].map((part, i) => `  let p${i} = unpack2x16float(halves.${part});\n`).join(''),
        ['w', 'z', 'y', 'x'].map((part, i) => `  let p${3 - i} = unpack2x16float(halves.${part});\n`).join(''),
      ],
      [
        'let row = at.row + THREAD_M * local.y;\n  let col = at.col + THREAD_N * local.x;',
        'let col = THREAD_N * local.x + at.col;\n  let row = THREAD_M * local.y + at.row;',
      ],
      ['k / 32u', 'k >> 5u'],
    ],
  },
};

/** Writes the kernels that base is compared with into folders of their names. Throws Error where a base does not have the text to replace. */
export function writeHeads(folder: string): void {
  for (const kernel of readdirSync(BASE_FOLDER)) {
    const base = readFileSync(join(BASE_FOLDER, kernel), 'utf8');
    const heads = KERNELS[kernel];
    if (!heads) throw new Error(`${kernel}: its equal and its slowed kernels are not described`);
    for (const head of HEAD_NAMES) {
      mkdirSync(join(folder, head), { recursive: true });
      const text = head === 'equal' ? heads.equal.reduce(replaced, base) : slowed(base, heads.extra[head]);
      writeFileSync(join(folder, head, kernel), text);
    }
  }
}

function replaced(text: string, [find, replace]: readonly [string, string]): string {
  if (!text.includes(find)) throw new Error(`the kernel has no "${find}"`);
  return text.replaceAll(find, replace);
}

/** Sums the first `extra` thousandths of k, and then all of it. */
function slowed(base: string, extra: number): string {
  const type = /^ {2}var sums(?:: | = )(.+?)(?:\(\))?;$/m.exec(base)?.[1];
  const [loop, step, body] =
    /^ {2}for \(var k = 0u; k < problem\.k; k \+= (\d+)u\) \{\n(.*?)^ {2}\}\n/ms.exec(base) ?? [];
  if (!type || !loop || !step || !body) throw new Error('the kernel has no sums or no loop over k');
  return base
    .replace(loop, () => repeated(type, Number(step), body))
    .replace(
      '@compute',
      `// Work added on purpose: the first EXTRA thousandths of k are summed once more, beforehand and for nothing. Compilers cannot
// know that the loop over \`end\` turns twice.
const EXTRA = ${extra}u;

@compute`,
    );
}

const repeated = (
  type: string,
  step: number,
  body: string,
) => `  var end = (problem.k * EXTRA + ${500 * step}u) / ${1000 * step}u * ${step}u;
  loop {
    sums = ${type}();
    for (var k = 0u; k < end; k += ${step}u) {
${body.replace(/^(?=.)/gm, '  ')}    }
    if (end == problem.k) { break; }
    end = problem.k;
  }
`;
