/** What a contributor is shown of a record before it leaves the machine, and how it gets to the project. */
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { promisify } from 'node:util';
import type { RunRecord } from '../../record/schema.ts';
import type { WrittenRecord } from '../../record/store.node.ts';
import { quoted } from '../shell.ts';

const run = promisify(execFile);

/** Files to share with their sizes, the description of the machine too. */
export function sharedFiles({ json, csv, samples, files }: WrittenRecord, cwd: string): [string, string][] {
  const machine = json.replace(/[^\\/]+$/, 'machine.json');
  return [...new Set([json, csv, samples, machine, ...files])].map((file) => [
    relative(cwd, file),
    `${statSync(file).size} bytes`,
  ]);
}

/** Commands that make a pull request of the files: from a clone, or from a copy of the results elsewhere. */
export async function steps(files: readonly string[], { id, machine }: RunRecord, cwd: string): Promise<string[]> {
  const branch = `results-${id.toLowerCase()}`;
  const shared = files.map((file) => quoted(file)).join(' ');
  const commit = `git commit -m ${quoted(`Add results of ${machine}`)}`;
  if (await isClone(cwd))
    return [
      `git checkout -b ${branch}`,
      `git add ${shared}`,
      commit,
      `git push -u origin ${branch}`,
      'gh pr create --fill',
    ];
  const folder = `results/${machine}`;
  return [
    '# OWNER is the owner of the repository that collects the results',
    'gh repo fork OWNER/shapemark --clone',
    `mkdir -p shapemark/${folder}`,
    `cp -n ${shared} shapemark/${folder}/`,
    `cd shapemark`,
    `git checkout -b ${branch}`,
    `git add ${folder}`,
    commit,
    'gh pr create --fill',
  ];
}

/** Whether the folder is in a checkout of this project. */
async function isClone(cwd: string): Promise<boolean> {
  try {
    await run('git', ['cat-file', '-e', 'HEAD:benches/contribution.yaml'], { cwd });
    return true;
  } catch {
    return false;
  }
}
