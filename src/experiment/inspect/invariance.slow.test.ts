/** Two hundred pairs of texts that say the same in other words: comments, names, the order of declarations. No verdict may follow. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changesOf } from '../../inspect/changes.ts';
import { serve } from '../../kernel/select/serve.ts';
import { loadKernels } from '../../kernel/set/load.node.ts';
import { problemOf } from '../../kernel/testdata/trial.ts';
import type { Case } from '../../plan/case/case.ts';
import { NothingToDo } from '../errors.ts';
import { GpuCompiler } from './gpu-compiler.ts';
import { native } from './native.ts';

const { kernels } = await loadKernels('kernels');
const PAIRS_A_GPU = 100;

function commented(code: string): string {
  return code.replace(/;\n/g, '; // a remark\n/* and /* another */ one */\n');
}

/** Every name that the program itself gives to a value or a function, its entry point aside. */
function renamed(code: string): string {
  const given = [...code.matchAll(/\b(?:let|var(?:<[^>]*>)?|const|fn)\s+([a-z_]\w*)/g)].map(([, name = '']) => name);
  // Names of the language that stand beside its own of the same spelling.
  const kept = ['main', ...[...code.matchAll(/@builtin\((\w+)\)/g)].map(([, name = '']) => name)];
  const names = [...new Set(given)].filter((name) => !kept.includes(name) && !/^[xyzwrgba]{1,4}$/.test(name));
  return names.reduce((text, name) => text.replace(new RegExp(`\\b${name}\\b`, 'g'), `${name}_by_another_name`), code);
}

/** Block comments nest: those without another inside go first. */
function uncommented(code: string): string {
  const less = code.replace(/\/\/.*$/gm, '').replace(/\/\*(?:(?!\/\*|\*\/)[\s\S])*\*\//g, '');
  return less === code ? code.trim() : uncommented(less);
}

/** Declarations of the module, last first; what enables features stays on top. */
function reversed(code: string): string {
  const plain = uncommented(code);
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (let i = 0; i < plain.length; i++) {
    if (plain[i] === '{') depth++;
    if (plain[i] === '}') depth--;
    const ends = depth === 0 && (plain[i] === ';' || (plain[i] === '}' && /^\s*($|[^;\s])/.test(plain.slice(i + 1))));
    if (!ends) continue;
    parts.push(plain.slice(from, i + 1).trim());
    from = i + 1;
  }
  const isFirst = (part: string) => /^(enable|requires|diagnostic)\b/.test(part);
  return [...parts.filter(isFirst), ...parts.filter((part) => !isFirst(part)).reverse()].join('\n');
}

const WAYS: Readonly<Record<string, (code: string) => string>> = {
  commented,
  renamed,
  reversed,
  'all of it': (code) => reversed(renamed(commented(code))),
};

describe.each(['navi31', 'tgl'])('%s', (gpu) => {
  let compiler: GpuCompiler | string = '';
  beforeAll(async () => {
    compiler = await GpuCompiler.open({ gpu, native: native(), root: null, adapter: 'auto' }).catch(
      (error: unknown) => {
        if (error instanceof NothingToDo) return error.message;
        throw error;
      },
    );
  }, 120_000);
  afterAll(() => {
    if (typeof compiler !== 'string') compiler.end();
  });

  it('makes the same of the same', { timeout: 900_000 }, async (context) => {
    if (typeof compiler === 'string') return context.skip(compiler);
    let pairs = 0;
    for (const kernel of kernels) {
      const [w = 'f32'] = kernel.formats.w;
      const [a = 'f32'] = kernel.formats.a.includes('f32') ? ['f32' as const] : kernel.formats.a;
      const [layout = 'nn'] = kernel.layouts;
      const problem = problemOf({ m: 64, n: 128, k: 256 }, { w, a }, { layout });
      const served = serve(kernel, problem, compiler.facts);
      if ('reason' in served) continue;
      const { tile, thread, code } = served.program;
      const item = { id: kernel.name, problem } as Case;
      const row = (text: string) =>
        (compiler as GpuCompiler).compiled(item, { kernel: kernel.name, hash: null, tile, thread, code: text });
      const own = await row(code);
      expect(own, kernel.name).toMatchObject({ status: 'compiled' });
      for (const [way, change] of Object.entries(WAYS)) {
        expect(change(code)).not.toBe(code);
        const other = await row(change(code));
        expect('reason' in other ? other.reason : '', `${kernel.name}, ${way}`).toBe('');
        // A compiler may take declarations in their order, and need an instruction more or less.
        const verdicts = changesOf([own], [other]).filter(({ verdict }) => verdict !== 'same');
        expect(verdicts, `${kernel.name}, ${way}`).toEqual([]);
        pairs++;
      }
      if (pairs >= PAIRS_A_GPU) return;
    }
    expect(pairs).toBeGreaterThanOrEqual(PAIRS_A_GPU);
  });
});
