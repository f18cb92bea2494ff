/**
 * Front matter: the comment block at the top of a kernel file that says what the kernel is and what it serves.
 *
 *     // ---
 *     // frontMatter: 1
 *     // kernelAbi: 1
 *     // name: naive
 *     // …
 *     // ---
 *
 * YAML behind `// `, so that the file stays valid WGSL. docs/kernel-abi.md lists the keys.
 */
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { ACCUMULATOR_FORMATS, ACTIVATION_FORMATS, LAYOUTS, OUTPUT_FORMATS, WEIGHT_FORMATS } from '../gemm/problem.ts';
import { parseExpression } from './expression.ts';
import { KernelError } from './kernel.ts';

export const FRONT_MATTER_VERSION = 1;
export const KERNEL_ABI = 1;

/** Names that workgroup sizes may use, and those that conditions may use besides. */
export const TILE_NAMES = ['TILE_M', 'TILE_N', 'TILE_K', 'THREAD_M', 'THREAD_N'] as const;
/** Names of what the device states; 0 where it states nothing (device.ts). */
export const DEVICE_NAMES = ['SUBGROUP_MIN', 'SUBGROUP_MAX', 'MATRIX_M', 'MATRIX_N', 'MATRIX_K'] as const;
export const SHAPE_NAMES = ['m', 'n', 'k', 'matrices'] as const;

const size = z.int().min(1).max(4096);
const reason = z.string().min(10, 'give the reason in words');

const expression = (names: readonly string[]) =>
  z.union([z.string(), z.int().min(0)]).transform((value, context) => {
    try {
      return parseExpression(String(value), names);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });

const dimension = z
  .strictObject({
    default: size,
    values: z.array(size).min(1),
    follows: expression([...DEVICE_NAMES, 'THREAD_M', 'THREAD_N']).optional(),
    because: reason,
  })
  .refine(({ values }) => values.every((value, i) => value > (values[i - 1] ?? 0)), 'values must ascend')
  .refine((given) => given.values.includes(given.default), 'default must be one of values');

/** How a problem is cut, and on what. */
const cut = expression([...TILE_NAMES, ...DEVICE_NAMES]);

const someOf = <const T extends readonly [string, ...string[]]>(names: T) => z.array(z.enum(names)).min(1);

/** Texels hold f32 or words; half-float kernels bind their operands as f16. */
const texturesFit = ({ textures, requires }: { textures: readonly string[]; requires: readonly string[] }) =>
  textures.length === 0 || !requires.includes('shader-f16');

const schema = z
  .strictObject({
    frontMatter: z.literal(FRONT_MATTER_VERSION),
    kernelAbi: z.literal(KERNEL_ABI),
    name: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'expected words of a-z and 0-9 joined by "-"'),
    technique: z.string().min(10).max(160),
    formats: z.strictObject({
      w: someOf(WEIGHT_FORMATS),
      a: someOf(ACTIVATION_FORMATS),
      acc: someOf(ACCUMULATOR_FORMATS),
      out: someOf(OUTPUT_FORMATS),
    }),
    layouts: someOf(LAYOUTS),
    batched: z.boolean(),
    grouped: z.boolean(),
    bias: z.boolean(),
    tile: z.strictObject({ m: dimension, n: dimension, k: dimension }),
    thread: z.strictObject({ m: dimension, n: dimension }),
    workgroup: z.tuple([cut, cut]),
    workgroupBytes: cut.default(() => parseExpression('0', [])),
    requires: z.array(z.string().min(1)).default([]),
    textures: z.array(z.enum(['a', 'b'])).default([]),
    serves: z
      .array(z.strictObject({ unless: expression([...SHAPE_NAMES, ...TILE_NAMES, ...DEVICE_NAMES]), because: reason }))
      .default([]),
  })
  .refine(texturesFit, {
    path: ['textures'],
    error: 'a kernel that requires shader-f16 reads its operands from buffers',
  });

export type FrontMatter = z.output<typeof schema>;

/**
 * Splits a kernel file into validated front matter and body.
 *
 * @param file path for messages
 * @throws KernelError `file:line:column: …`
 */
export function readFrontMatter(file: string, text: string): { frontMatter: FrontMatter; body: string } {
  const block = splitBlock(file, text);
  const lines = new LineCounter();
  const document = parseDocument(block.yaml.map(({ text: line }) => line).join('\n'), { lineCounter: lines });
  const fail = (offset: number, message: string): never => {
    const { line, col } = lines.linePos(offset);
    // The YAML starts behind the opening marker, each line behind its comment prefix.
    const at = `${file}:${line + 1}:${col + (block.yaml[line - 1]?.prefix ?? 0)}`;
    throw new KernelError(`${at}: ${message}`, { file, line: line + 1 });
  };
  const [syntaxError] = document.errors;
  if (syntaxError) fail(syntaxError.pos[0], syntaxError.message.split('\n')[0]?.replace(/ at line \d.*$/, '') ?? '');

  requireVersion(document, 'frontMatter', FRONT_MATTER_VERSION, fail);
  requireVersion(document, 'kernelAbi', KERNEL_ABI, fail);
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return { frontMatter: parsed.data, body: block.body };
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  return fail(offsetOf(document, path), `${path.join('.') || 'front matter'}: ${issue?.message ?? 'invalid'}`);
}

interface Block {
  readonly yaml: readonly { readonly text: string; readonly prefix: number }[];
  readonly body: string;
}

function splitBlock(file: string, text: string): Block {
  const lines = text.split('\n');
  if (lines[0]?.trimEnd() !== '// ---') {
    const remedy = 'a kernel file starts with front matter between two lines "// ---" (see docs/kernel-abi.md)';
    throw new KernelError(`${file}:1:1: ${remedy}`, { file, line: 1 });
  }
  const yaml: { text: string; prefix: number }[] = [];
  for (const [i, line] of lines.slice(1).entries()) {
    if (line.trimEnd() === '// ---') return { yaml, body: lines.slice(i + 2).join('\n') };
    const prefix = /^\/\/ ?/.exec(line)?.[0].length;
    if (prefix === undefined) break;
    yaml.push({ text: line.slice(prefix), prefix });
  }
  const line = yaml.length + 2;
  throw new KernelError(`${file}:${line}:1: front matter ends here without its closing line "// ---"`, { file, line });
}

/** Checked before everything else: a file of another version would fail in its keys with a less helpful message. */
function requireVersion(document: Document, key: string, served: number, fail: (at: number, text: string) => never) {
  const found: unknown = document.get(key);
  if (found === served) return;
  if (found === undefined) fail(0, `${key} is missing; add "${key}: ${served}"`);
  fail(offsetOf(document, [key]), `${key} ${String(found)} is not known to this version, which reads ${key} ${served}`);
}

/** Offset of the value at `path`, or of the nearest enclosing value that exists. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
