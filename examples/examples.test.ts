/** The examples for schedulers, linted against what their schedulers accept; examples.slow.test.ts runs them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { githubWorkflow, kubernetesJob, slurmDirectives } from './schemas.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const read = (file: string) => readFileSync(join(HERE, file), 'utf8');
const yaml = (file: string): unknown => parse(read(file), { strict: true });
const within = (folder: string) => readdirSync(join(HERE, folder)).map((name) => `${folder}/${name}`);

describe('the examples', () => {
  it.each(within('kubernetes'))('%s is a Job as batch/v1 defines it', (file) => {
    expect(kubernetesJob.safeParse(yaml(file)).error?.issues ?? []).toEqual([]);
  });

  it('for Kubernetes have as many pods as shards, one of them each', () => {
    const { spec } = kubernetesJob.parse(yaml('kubernetes/job.yaml'));
    const { args = [] } = spec.template.spec.containers[0] ?? {};
    expect(args).toContain(`--shard=auto/${spec.completions}`);
    expect(spec.completionMode).toBe('Indexed');
  });

  it.each(within('github'))('%s is a workflow as GitHub defines it, its actions pinned', (file) => {
    const found = githubWorkflow.safeParse(yaml(file));
    expect(found.error?.issues ?? []).toEqual([]);
    for (const line of read(file)
      .split('\n')
      .filter((text) => text.includes('uses:')))
      expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    for (const job of Object.values(found.data?.jobs ?? {}))
      for (const { run } of job.steps) expect(run ?? '').not.toContain('${{');
  });

  it.each(within('slurm'))('%s has directives that sbatch knows', (file) => {
    const lines = read(file).split('\n');
    const given = lines.filter((line) => line.startsWith('#SBATCH'));
    expect(slurmDirectives.safeParse(given).error?.issues ?? []).toEqual([]);
    // After the first command sbatch reads no more of them.
    const first = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
    expect(lines.findLastIndex((line) => line.startsWith('#SBATCH'))).toBeLessThan(first);
  });

  it('do not pass what their schemas do not know', () => {
    const job = yaml('kubernetes/job.yaml') as { spec: Record<string, unknown> };
    expect(kubernetesJob.safeParse({ ...job, spec: { ...job.spec, completion: 8 } }).success).toBe(false);
    expect(kubernetesJob.safeParse({ ...job, spec: { ...job.spec, completions: undefined } }).success).toBe(false);
    const workflow = yaml('github/shards.yml') as object;
    expect(githubWorkflow.safeParse({ ...workflow, job: {} }).success).toBe(false);
    expect(slurmDirectives.safeParse(['#SBATCH --aray=0-7']).success).toBe(false);
    expect(slurmDirectives.safeParse(['#SBATCH --array=a-b']).success).toBe(false);
  });
});
