/**
 * Front matter: the comment block at the top of a kernel file that describes its kernels and what they serve.
 *
 *     // ---
 *     // frontMatter: 2
 *     // kernelAbi: 2
 *     // name: naive
 *     // …
 *     // ---
 *
 * YAML behind `// `, so that the file stays valid WGSL. docs/kernel-abi.md lists the keys.
 */
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { fromVersion1, version1Schema } from './front-matter-1.ts';
import { type Described, schema } from './front-matter-schema.ts';
import { expand } from './front-matter-variants.ts';
import { KernelError } from './kernel.ts';

/** Versions of the keys and of the prelude; files of version 1 are read too. */
export const FRONT_MATTER_VERSION = 2;
export const KERNEL_ABI = 2;

/** The front matter of one kernel, and the place where it names another. */
export interface FrontMatter {
  readonly described: Described;
  readonly buildsOnLine: number;
}

/** The parts of a kernel file. */
interface Parts {
  readonly kernels: readonly FrontMatter[];
  readonly body: string;
  /** Line of the file that the body begins on, from 1. */
  readonly bodyLine: number;
}

type Fail = (offset: number, message: string) => never;

/**
 * Splits a kernel file into validated front matter, one for each kernel that it holds, and body.
 *
 * @param file path for messages
 * @throws KernelError `file:line:column: …`
 */
export function readFrontMatter(file: string, text: string): Parts {
  const block = splitBlock(file, text);
  const lines = new LineCounter();
  const document = parseDocument(block.yaml.map(({ text: line }) => line).join('\n'), {
    lineCounter: lines,
    logLevel: 'error',
  });
  const fail: Fail = (offset, message) => {
    const { line, col } = lines.linePos(offset);
    // The YAML starts behind the opening marker, each line behind its comment prefix.
    const at = `${file}:${line + 1}:${col + (block.yaml[line - 1]?.prefix ?? 0)}`;
    throw new KernelError(`${at}: ${message}`, { file, line: line + 1 });
  };
  const [syntaxError] = document.errors;
  if (syntaxError) fail(syntaxError.pos[0], syntaxError.message.split('\n')[0]?.replace(/ at line \d.*$/, '') ?? '');

  const data = plainOf(document, fail);
  const version = versionOf(document, 'frontMatter', FRONT_MATTER_VERSION, fail);
  const abi = versionOf(document, 'kernelAbi', KERNEL_ABI, fail);
  if (version !== abi)
    fail(offsetOf(document, ['kernelAbi']), `kernelAbi ${abi} does not go with frontMatter ${version}`);
  if (version === 1) {
    const described = fromVersion1(parsed(version1Schema, data, (path) => path, document, fail));
    return { kernels: [{ described, buildsOnLine: 1 }], body: block.body, bodyLine: block.bodyLine };
  }
  const kernels = expand(data).map(({ data: own, pathOf }): FrontMatter => {
    const described = parsed(schema, own, pathOf, document, fail);
    const { line } = lines.linePos(offsetOf(document, pathOf(['builds-on'])));
    return { described, buildsOnLine: line + 1 };
  });
  return { kernels, body: block.body, bodyLine: block.bodyLine };
}

/** The document as plain values; aliases may lack their anchor, or stand for more than anyone wrote. */
function plainOf(document: Document, fail: Fail): unknown {
  try {
    return document.toJS();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail(0, `${reason}; write the values out instead of using aliases`);
  }
}

function parsed<T extends z.ZodType>(
  shape: T,
  data: unknown,
  pathOf: (path: readonly PropertyKey[]) => readonly PropertyKey[],
  document: Document,
  fail: Fail,
): z.output<T> {
  const result = shape.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = pathOf(issue?.path ?? []);
  return fail(offsetOf(document, path), `${path.join('.') || 'front matter'}: ${issue?.message ?? 'invalid'}`);
}

interface Block {
  readonly yaml: readonly { readonly text: string; readonly prefix: number }[];
  readonly body: string;
  /** Of the file, from 1. */
  readonly bodyLine: number;
}

function splitBlock(file: string, text: string): Block {
  const lines = text.split('\n');
  if (lines[0]?.trimEnd() !== '// ---') {
    const remedy = 'a kernel file starts with front matter between two lines "// ---" (see docs/kernel-abi.md)';
    throw new KernelError(`${file}:1:1: ${remedy}`, { file, line: 1 });
  }
  const yaml: { text: string; prefix: number }[] = [];
  for (const [i, line] of lines.slice(1).entries()) {
    if (line.trimEnd() === '// ---') return { yaml, body: lines.slice(i + 2).join('\n'), bodyLine: i + 3 };
    const prefix = /^\/\/ ?/.exec(line)?.[0].length;
    if (prefix === undefined) break;
    yaml.push({ text: line.slice(prefix), prefix });
  }
  const line = yaml.length + 2;
  throw new KernelError(`${file}:${line}:1: front matter ends here without its closing line "// ---"`, { file, line });
}

/** Checked before everything else: a file of another version would fail in its keys with a less helpful message. */
function versionOf(document: Document, key: string, newest: number, fail: Fail): number {
  const found: unknown = document.get(key);
  if (typeof found === 'number' && Number.isInteger(found) && found >= 1 && found <= newest) return found;
  if (found === undefined) return fail(0, `${key} is missing; add "${key}: ${newest}"`);
  return fail(
    offsetOf(document, [key]),
    `${key} ${String(found)} is not known to this version, which reads ${key} 1 to ${newest}`,
  );
}

/** Offset of the value at `path`, or of the nearest enclosing value that exists. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
