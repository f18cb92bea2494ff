/** What a contributor is shown of a record before it leaves the machine, and how it gets to the project. */
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { promisify } from 'node:util';
import type { RunRecord } from '../../record/schema.ts';
import type { WrittenRecord } from '../../record/store/store.node.ts';
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

/**
 * Commands that make a pull request of the files: from a clone, or from a copy of the results elsewhere.
 *
 * @param repository address of the one that collects results; null if nobody knows
 */
export async function steps(
  files: readonly string[],
  { id, machine }: RunRecord,
  cwd: string,
  repository: string | null,
): Promise<string[]> {
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
  if (repository === null)
    return [
      '# This copy of shapemark does not say which repository collects results. Pack the files, and send them to whoever you have it from:',
      `tar -czf ${branch}.tar.gz ${shared}`,
    ];
  const folder = `results/${machine}`;
  const name = repository.replace(/^https:\/\/github\.com\//, '');
  const clone = name.replace(/^.*\//, '');
  return [
    `gh repo fork ${name} --clone`,
    `mkdir -p ${clone}/${folder}`,
    `cp -n ${shared} ${clone}/${folder}/`,
    `cd ${clone}`,
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
