/** Runs the examples as their schedulers would: as many processes as there are shards, with the scheduler's variables. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { listRecords, readRecord } from '../src/record/store/store.node.ts';
import { folderOfEach } from '../src/record/testdata/folder.ts';
import { githubWorkflow, kubernetesJob } from './schemas.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COUNT = 3;

/** Asks for a scripted device, whatever adapter and suite the example names. */
const WRAPPER = `#!/bin/sh
verb=$1
shift
if [ "$verb" = run ]; then
  shift
  set -- some.yaml --engine scripted --scenario scenario.yaml --processes 1 "$@"
fi
exec "${process.execPath}" --import "${join(ROOT, 'node_modules/tsx/dist/loader.mjs')}" "${join(ROOT, 'src/cli/bin.ts')}" "$verb" "$@"
`;

const dir = folderOfEach();
beforeEach(() => {
  const shapes = '{name: some, m: [1, 2, 4, 8, 16, 32, 64], n: 64, k: 64, w: f32, from: made up}';
  writeFileSync(join(dir(), 'some.yaml'), `defaults: {kernels: naive}\nshapes: [${shapes}]\n`);
  writeFileSync(join(dir(), 'scenario.yaml'), "cost: [{seconds: 1e-3}]\nprobes: [{probe: '*', seconds: 1e-4}]\n");
  writeFileSync(join(dir(), 'wrap.sh'), WRAPPER, { mode: 0o755 });
  writeFileSync(join(dir(), 'package.json'), JSON.stringify({ scripts: { shapemark: './wrap.sh' } }));
  cpSync(join(ROOT, 'examples'), join(dir(), 'examples'), { recursive: true });
});

type Variables = Readonly<Record<string, string>>;

function run(command: string, args: readonly string[], variables: Variables = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: dir(), env: { ...process.env, ...variables } });
    let said = '';
    child.stdout.on('data', (text) => (said += text));
    child.stderr.on('data', (text) => (said += text));
    child.once('exit', (code) => (code === 0 ? resolve(said) : reject(new Error(`exit ${code}: ${said}`))));
  });
}

const indices = Array.from({ length: COUNT }, (_, i) => i);

function expectWhole(results: string): void {
  const records = listRecords(join(dir(), results)).map(readRecord);
  expect(records.map(({ id }) => id.endsWith('-merged'))).toEqual([true]);
  expect(records[0]?.cases.map(({ shape }) => shape.m).sort((a, b) => a - b)).toEqual([1, 2, 4, 8, 16, 32, 64]);
}

describe('the example for', () => {
  it('Slurm measures and merges', async () => {
    await Promise.all(
      indices.map((index) =>
        run('bash', ['examples/slurm/array.sbatch'], {
          ...{ SLURM_ARRAY_TASK_ID: String(index), SLURM_ARRAY_TASK_MIN: '0', SLURM_ARRAY_TASK_MAX: String(COUNT - 1) },
          ...{ SLURM_ARRAY_TASK_COUNT: String(COUNT), SLURM_ARRAY_TASK_STEP: '1' },
        }),
      ),
    );
    expect(await run('bash', ['examples/slurm/merge.sbatch'])).toContain(`${COUNT} of ${COUNT} shards: merged`);
    expectWhole('results');
  }, 240_000);

  it('Kubernetes measures and merges', async () => {
    const read = (file: string) => {
      const text = readFileSync(join(dir(), 'examples/kubernetes', file), 'utf8');
      // The volume, and fewer pods.
      return kubernetesJob.parse(
        parse(text.replaceAll('/results', join(dir(), 'volume')).replace('auto/8', `auto/${COUNT}`)),
      );
    };
    const pod = (file: string, variables: Variables = {}) => {
      const { command = [], args = [], env = [] } = read(file).spec.template.spec.containers[0] ?? {};
      const own = Object.fromEntries(
        env.map(({ name, value }) => [name, value ?? variables.JOB_COMPLETION_INDEX ?? '']),
      );
      // As the kubelet does it.
      const words = [...command, ...args].map((word) =>
        word.replace(/\$\((\w+)\)/g, (_, name: string) => own[name] ?? ''),
      );
      return run(words[0] ?? '', words.slice(1), { ...variables, ...own });
    };
    mkdirSync(join(dir(), 'volume'));
    await Promise.all(indices.map((index) => pod('job.yaml', { JOB_COMPLETION_INDEX: String(index) })));
    expect(await pod('merge.yaml')).toContain(`${COUNT} of ${COUNT} shards: merged`);
    expectWhole('volume/merged');
  }, 240_000);

  it('GitHub measures and merges', async () => {
    const { jobs } = githubWorkflow.parse(parse(readFileSync(join(dir(), 'examples/github/shards.yml'), 'utf8')));
    const scripts = (job: string) => jobs[job]?.steps.filter(({ run: text }) => text?.includes('shapemark')) ?? [];
    const [measure] = scripts('measure');
    const [merge] = scripts('merge');
    for (const index of indices) {
      const strategy: Variables = { 'strategy.job-index': String(index), 'strategy.job-total': String(COUNT) };
      const env = Object.entries(measure?.env ?? {}).map(([name, value]) => [
        name,
        String(value).replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, key: string) => strategy[key] ?? ''),
      ]);
      await run('bash', ['-e', '-c', measure?.run ?? ''], Object.fromEntries(env));
      // Artifacts are the contents of a folder, and downloaded into folders of their names.
      mkdirSync(join(dir(), 'shards'), { recursive: true });
      renameSync(join(dir(), 'part'), join(dir(), `shards/shard-${index}`));
    }
    expect(await run('bash', ['-e', '-c', merge?.run ?? ''])).toContain(`${COUNT} of ${COUNT} shards: merged`);
    expectWhole('merged');
  }, 240_000);

  it('several GPUs of one host measures on each and merges', async () => {
    mkdirSync(join(dir(), 'src/cli'), { recursive: true });
    // What the script starts is the wrapper here too.
    const script = readFileSync(join(dir(), 'examples/host/gpus.sh'), 'utf8');
    writeFileSync(join(dir(), 'gpus.sh'), script.replace('node --import tsx src/cli/bin.ts', './wrap.sh'));
    const said = await run('bash', ['gpus.sh', 'any', 'GPU=0', 'GPU=1', 'GPU=2']);
    expect(said).toContain('3 of 3 shards: merged');
    expectWhole('results');
  }, 240_000);
});
