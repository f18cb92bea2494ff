/**
 * Programs written by another commit of this checkout. A kernel's program is its text behind a prelude that the harness writes,
 * so a change of the prelude changes kernels. The base's programs are then written by the base's own code, in a separate process.
 * Because this executes code of the ref, it is done only for ancestors of HEAD; anything else is reported as unmeasured.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DeviceFacts } from '../../engine/port.ts';
import type { Program } from '../../kernel/program.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { kernelPlace } from '../../kernel/set/git.node.ts';
import type { Case } from '../../plan/case/case.ts';
import { git, isAncestor } from './git.ts';
import type { ProgramSource } from './sides.ts';

const run = promisify(execFile);
const OWN_ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAKER = fileURLToPath(new URL('./tree-programs-maker.ts', import.meta.url));
/** Where a program's text is written, and its sizes are chosen. */
const WRITERS = ['src/gemm', 'src/kernel', ':(exclude,glob)src/**/*.test.ts', ':(exclude,glob)src/**/testdata/**'];
const MAX_OUTPUT = 1 << 30;

/** The code that writes a side's programs, if it is not the running code. */
export type TreePrograms =
  | { readonly kind: 'same' }
  /** The programs may differ and cannot be written here. */
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'other'; readonly make: ProgramMaker };

export type ProgramMaker = (cases: readonly Case[], facts: DeviceFacts) => Promise<ProgramSource>;

/** @param ref a git ref as asked for, or a folder, whose kernels the running code makes programs of */
export async function treePrograms(ref: string | undefined, cwd: string): Promise<TreePrograms> {
  const same = { kind: 'same' } as const;
  if (ref === undefined || !MAKER.endsWith('.ts') || !(await isOwnCheckout(cwd))) return same;
  if (!ref.startsWith('ref:') && existsSync(resolve(cwd, ref))) return same;
  const place = await kernelPlace(ref.replace(/^ref:/, ''), cwd);
  if ('problem' in place) return same;
  const { ref: name, commit } = place;
  const changed = await git(OWN_ROOT, ['diff', '--name-only', commit, '--', ...WRITERS]);
  const files = changed.split('\n').filter((line) => line !== '');
  if (files.length === 0) return same;
  const what = `${name} has different code that writes programs (${files.slice(0, 2).join(', ')}${files.length > 2 ? ', …' : ''})`;
  // False if a shallow clone lacks the answer.
  if (!(await isAncestor(commit, 'HEAD', OWN_ROOT).catch(() => false)))
    return { kind: 'unknown', reason: `${what}, which is not executed because ${name} is not an ancestor of HEAD` };
  return { kind: 'other', make: (cases, facts) => made(commit, cases, facts) };
}

/** Whether `cwd` lies in the repository that the running code was checked out from. */
async function isOwnCheckout(cwd: string): Promise<boolean> {
  if (!existsSync(join(OWN_ROOT, '.git'))) return false;
  const top = await git(cwd, ['rev-parse', '--show-toplevel']).catch(() => '');
  return top.trim() !== '' && realpathSync(top.trim()) === realpathSync(OWN_ROOT);
}

async function made(commit: string, cases: readonly Case[], facts: DeviceFacts): Promise<ProgramSource> {
  const folder = mkdtempSync(join(tmpdir(), 'shapemark-programs-'));
  try {
    const archive = join(folder, 'tree.tar');
    await git(OWN_ROOT, ['archive', '--format=tar', `--output=${archive}`, commit, 'src', 'kernels', 'package.json']);
    await run('tar', ['-xf', archive, '-C', folder]);
    symlinkSync(join(OWN_ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const answers = await ask(folder, {
      facts,
      cases: cases.map(({ kernel, problem, sizes }) => ({ kernel, problem, sizes })),
    });
    // Its code names the folder that it reads, which nobody else can find.
    const named = (answer: Program | Refusal | undefined) =>
      answer && 'detail' in answer
        ? { ...answer, detail: answer.detail.replaceAll(join(folder, 'kernels'), `${commit.slice(0, 8)}:kernels`) }
        : answer;
    const byId = new Map(cases.map(({ id }, i) => [id, named(answers[i])]));
    return ({ id }) => byId.get(id) ?? notMade(`${commit.slice(0, 8)} wrote no program for it`);
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new Error(`the programs of ${commit.slice(0, 8)} could not be written by its own code: ${first}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ask(folder: string, question: object): Promise<(Program | Refusal)[]> {
  const flags = ['--import', import.meta.resolve('tsx')];
  return new Promise((answer, reject) => {
    const child = execFile(
      process.execPath,
      [...flags, MAKER, folder],
      { cwd: folder, maxBuffer: MAX_OUTPUT },
      (error, out, err) => {
        if (error)
          reject(
            new Error(
              err
                .trim()
                .split('\n')
                .find((line) => /Error/.test(line)) ?? error.message,
            ),
          );
        else answer(JSON.parse(out) as (Program | Refusal)[]);
      },
    );
    child.stdin?.end(JSON.stringify(question));
  });
}

function notMade(detail: string): Refusal {
  return { status: 'skipped', reason: 'unsupported', detail };
}
