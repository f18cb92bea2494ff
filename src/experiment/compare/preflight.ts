/** The head's changed programs are shown to the WGSL compiler before any time is spent on measuring them. */
import type { ProgramText } from '../../engine/port.ts';
import type { Program } from '../../kernel/program.ts';
import type { Io } from '../io.ts';
import { kernelsOf } from './compared-case.ts';
import type { Broken, Pairing } from './sides.ts';

/**
 * Cases whose program on the head does not compile, by id; says on stderr what is wrong.
 *
 * @param faults of each text what the compiler refuses, null if nothing
 */
export async function brokenHeads(
  pairs: ReadonlyMap<string, Pairing>,
  faults: (texts: readonly ProgramText[]) => Promise<readonly (string | null)[]>,
  io: Pick<Io, 'err'>,
): Promise<ReadonlyMap<string, Broken>> {
  const heads = new Map([...pairs].flatMap(([id, pair]) => (isToRun(pair) ? [[id, pair.head] as const] : [])));
  const texts = new Map([...heads.values()].map((program) => [program.code, textOf(program)]));
  const found = await faults([...texts.values()]);
  const faultOf = new Map([...texts.keys()].map((code, i) => [code, found[i] ?? null]));
  const broken = new Map<string, Broken>();
  for (const [id, pair] of pairs) {
    const fault = faultOf.get(heads.get(id)?.code ?? '') ?? null;
    if (fault === null) continue;
    broken.set(id, { kind: 'broken', kernels: kernelsOf(pair), detail: `head compile-error: ${fault}` });
  }
  say(broken, heads.size, io);
  return broken;
}

function isToRun(pair: Pairing): pair is Extract<Pairing, { kind: 'changed' | 'new' }> {
  return pair.kind === 'changed' || pair.kind === 'new';
}

function textOf({ kernel, code, written }: Program): ProgramText {
  return { kernel, code, ...(written && { written }) };
}

/** Once for each line that is wrong: kernels of one file share it. */
function say(broken: ReadonlyMap<string, Broken>, all: number, io: Pick<Io, 'err'>): void {
  const lines = new Map<string, (string | null)[]>();
  for (const { detail, kernels } of broken.values()) {
    const line = detail.replace(`${kernels.head}: `, '');
    lines.set(line, [...(lines.get(line) ?? []), kernels.head]);
  }
  for (const [line, of] of lines) {
    const [first, ...others] = new Set(of);
    const names = `${first}${others.length > 0 ? ` and ${others.length} more of this file` : ''}`;
    const cases = of.length === 1 ? '1 case' : `${of.length} cases`;
    io.err(`${line}\n  correct this line and compare again; not measured: ${cases} of ${names}\n`);
  }
  if (broken.size > 0 && broken.size < all)
    io.err(`${all - broken.size} other changed cases compile and are compared\n`);
}
