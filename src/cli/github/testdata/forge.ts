/** A repository as GitHub keeps it, and checkouts of it as actions/checkout leaves them: one commit, detached or on its branch. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gitIn } from '../../../record/testdata/git.ts';

export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
export const NAIVE = readFileSync(join(ROOT, 'kernels/naive.wgsl'), 'utf8');
/** A kernel that the scenario makes a tenth slower, and one that it does not. */
export const SLOW = `${NAIVE}\nconst planted = 1u;\n`;
export const OTHER = `${NAIVE}\n// another text\n`;
const NOISE = 'noise: {betweenProcesses: {kind: normal, sigma: 0.004}, withinProcess: {sigma: 0.01}}';
const SCENARIO = `cost: [{when: "code=*planted*", seconds: 0.0022}, {seconds: 0.002}]\n${NOISE}\n`;
export const SCRIPTED = ['--engine', 'scripted', '--scenario', 'scenario.yaml'];

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** What the job summary got. */
  readonly summary: string;
}

export type Event = readonly [name: string, payload: object];

export class Forge {
  readonly folder = mkdtempSync(join(tmpdir(), 'shapemark forge-'));
  readonly remote = join(this.folder, 'remote.git');
  readonly #work = join(this.folder, 'work');
  #runs = 0;

  constructor() {
    gitIn(this.folder, 'init', '-q', '--bare', '-b', 'main', this.remote);
    // GitHub gives out every commit that some ref reaches, and those of forks besides.
    gitIn(this.remote, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    gitIn(this.folder, 'init', '-q', '-b', 'main', this.#work);
    cpSync(join(ROOT, 'src/cli/testdata/tiny.yaml'), join(this.#work, 'tiny.yaml'));
    writeFileSync(join(this.#work, 'scenario.yaml'), SCENARIO);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A commit on top of `parents`, with these files changed; on its own where there are none. */
  commit(parents: readonly string[], files: Readonly<Record<string, string>>): string {
    if (parents[0]) gitIn(this.#work, 'checkout', '-q', '--force', '--detach', parents[0]);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.#work, path)), { recursive: true });
      writeFileSync(join(this.#work, path), text);
    }
    gitIn(this.#work, 'add', '-A');
    const tree = gitIn(this.#work, 'write-tree');
    return gitIn(this.#work, 'commit-tree', ...parents.flatMap((parent) => ['-p', parent]), '-m', 'change', tree);
  }

  publish(commit: string, ...refs: string[]): void {
    gitIn(this.#work, 'push', '-q', '--force', this.remote, ...refs.map((ref) => `${commit}:${ref}`));
  }

  tag(name: string, commit: string): void {
    gitIn(this.#work, 'tag', '-a', '-m', 'annotated', name, commit);
    gitIn(this.#work, 'push', '-q', this.remote, `refs/tags/${name}`);
  }

  /** What actions/checkout does for an event: into an empty folder, or into that of the job before. */
  checkout(ref: string, commit: string, clone = join(this.folder, `job ${++this.#runs}`, 'repo')): string {
    if (!existsSync(clone)) {
      mkdirSync(clone, { recursive: true });
      gitIn(clone, 'init', '-q');
      gitIn(clone, 'remote', 'add', 'origin', `file://${this.remote}`);
    }
    const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
    const request = /^refs\/pull\/(.+)$/.exec(ref)?.[1];
    const own = branch ? `refs/remotes/origin/${branch}` : request ? `refs/remotes/pull/${request}` : ref;
    gitIn(
      clone,
      'fetch',
      '-q',
      '--no-tags',
      '--prune',
      '--no-recurse-submodules',
      '--depth=1',
      'origin',
      `+${commit}:${own}`,
    );
    if (branch) gitIn(clone, 'checkout', '-q', '--force', '-B', branch, own);
    else gitIn(clone, 'checkout', '-q', '--force', '--detach', own);
    return clone;
  }

  /** Variables as a job has them for an event, and where its summary goes. */
  job([event, payload]: Event = ['', {}]): {
    readonly variables: Record<string, string | undefined>;
    readonly summary: () => string;
  } {
    const run = join(this.folder, `run-${++this.#runs}`);
    mkdirSync(run);
    const [summary, file] = [join(run, 'summary.md'), join(run, 'event.json')];
    writeFileSync(file, JSON.stringify(payload));
    const { GITHUB_TOKEN: _token, GITHUB_SHA: _sha, ...rest } = process.env;
    const given = { GITHUB_STEP_SUMMARY: summary, GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: file };
    return {
      variables: { ...rest, ...given },
      summary: () => (existsSync(summary) ? readFileSync(summary, 'utf8') : ''),
    };
  }

  /** Runs a script of `.github/scripts` as a job runs it. */
  script(name: string, cwd: string, more: Readonly<Record<string, string>>, event?: Event): Promise<Ran> {
    const { variables, summary } = this.job(event);
    return new Promise((resolve) => {
      const path = join(ROOT, '.github/scripts', name);
      execFile('bash', [path], { cwd, env: { ...variables, ...more } }, (error, out, err) => {
        resolve({ exit: error === null ? 0 : Number(error.code ?? -1), out, err, summary: summary() });
      });
    });
  }
}
