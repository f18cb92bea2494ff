import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flop } from '../gemm/shape.ts';
import { loadKernels } from '../kernel/set/load.node.ts';
import { expand } from './case/expand.ts';
import { loadModels, loadSuite, loadSuites, suiteNames } from './load.node.ts';
import { modelJsonSchema } from './model/models.ts';
import { suiteOfModel } from './suite/model-suite.ts';
import { suiteJsonSchema } from './suite/schema.ts';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const names = await suiteNames({ cwd });
/** A suite may name any of them. */
const kernels = (await loadKernels('kernels', cwd)).kernels.map(({ name }) => name);

describe('shipped suites', () => {
  it('are at least these', () => {
    const families = [
      'bert',
      'deepseek',
      'gemma',
      'gpt-oss-120b',
      'gpt-oss-20b',
      'gpt2',
      'llama',
      'mistral',
      'phi',
      'qwen',
    ];
    const synthetic = ['block-scaled', 'd-ff-search', 'quick', 'ragged', 'square'];
    expect(names).toEqual(expect.arrayContaining([...families, ...synthetic]));
  });

  it.each(names)('%s expands; every case has an origin and a series', async (name) => {
    const { suite, cases, skips } = expand(await loadSuite(name, { cwd }), { kernels });
    expect(suite.name).toBe(name);
    expect(suite.description).not.toBe('');
    expect(cases.length).toBeGreaterThan(0);
    expect(skips).toEqual([]);
    expect(new Set(cases.map((entry) => entry.id)).size).toBe(cases.length);
    for (const entry of cases)
      expect(entry).toMatchObject({ from: /./, series: expect.stringMatching(/^[0-9a-f]{16}$/) });
  });

  it('quick is small enough for a slow software adapter, and holds gpt-oss in four weight formats', async () => {
    const { suite, cases } = expand(await loadSuite('quick', { cwd }), { kernels });
    expect(suite.run.processes).toBe(3);
    expect(cases.length).toBeGreaterThanOrEqual(24);
    expect(cases.reduce((sum, entry) => sum + flop(entry.problem), 0)).toBeLessThan(0.5e9);
    for (const gemm of ['qkv_proj', 'o_proj', 'router', 'expert_gate_up', 'expert_down']) {
      const formats = cases
        .filter(({ name }) => name === `gpt-oss-120b:${gemm}`)
        .map(({ problem }) => problem.format.w);
      expect(formats).toEqual(['f32', 'f16', 'mxfp4', 'nvfp4']);
    }
  });
});

describe('shipped models', () => {
  it.each([...loadModels({ cwd }).values()])('$name stands for a suite that does its work', (model) => {
    const { cases, skips, totals } = expand(suiteOfModel(model), { kernels });
    expect(skips).toEqual([]);
    expect(totals.map(({ phase }) => phase)).toEqual(model.causal ? ['decode', 'prefill'] : ['prefill']);
    const work = cases
      .filter(({ phase, name }) => phase === 'prefill' && !name.startsWith('attn_'))
      .reduce((sum, { problem, count }) => sum + flop(problem) * count, 0);
    expect(work).toBe(totals.at(-1)?.passes[0]?.linear);
  });
});

describe('loading', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shapemark-plan-'));
    const shape = 'shapes:\n  - { m: 1, n: 1, k: 1, from: test }\n';
    await mkdir(join(folder, 'benches'));
    await writeFile(join(folder, 'benches', 'own.yaml'), shape);
    await writeFile(join(folder, 'twin.yaml'), `name: own\n${shape}`);
    await writeFile(join(folder, 'bad.yaml'), 'shapes:\n  - { m: 0 }\n');
    await writeFile(join(folder, 'binary.yaml'), Buffer.from([0x73, 0xff, 0xfe, 0x00, 0x01]));
    await writeFile(join(folder, 'nul.yaml'), 'shapes\0');
    await writeFile(join(folder, 'huge.yaml'), 'x'.repeat(1_048_577));
    await writeFile(join(folder, 'bom.yaml'), `\ufeff${shape}`);
    await writeFile(join(folder, 'not a name.yaml'), shape);
    await symlink('nowhere', join(folder, 'dangling.yaml'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const load = (...specs: string[]) => loadSuites(specs, { cwd: folder });

  it('finds a suite of the working folder, a shipped one, and a file', async () => {
    expect((await load('own', 'square')).map(({ file }) => file.split('/').at(-1))).toEqual([
      'own.yaml',
      'square.yaml',
    ]);
    expect((await load('./benches/own.yaml'))[0]?.file).toBe('benches/own.yaml');
    expect((await load('bom.yaml'))[0]?.name).toBe('bom');
  });

  it.each([
    ['an unknown name', ['quik'], /^quik: there is no suite or model of this name; did you mean "quick"\?$/],
    [
      'an unknown model',
      ['llama2-7'],
      /^llama2-7: there is no suite or model of this name; did you mean "llama2-7b"\?$/,
    ],
    ['a missing file', ['no/such.yaml'], /^no\/such\.yaml: cannot be read: no such file$/],
    ['a dangling link', ['dangling.yaml'], /^dangling\.yaml: cannot be read: no such file$/],
    ['a directory', ['benches'], /^benches: is a directory; name a file inside it$/],
    ['a directory by path', ['./benches'], /^benches: is a directory/],
    ['a device', ['/dev/null'], /^\/dev\/null: is not a regular file$/],
    ['a binary file', ['binary.yaml'], /^binary\.yaml: is a binary file/],
    ['a file with NUL', ['nul.yaml'], /^nul\.yaml: is a binary file/],
    ['a huge file', ['huge.yaml'], /^huge\.yaml: is 1048577 bytes long; a spec has at most 1048576$/],
    ['a suite twice', ['own', 'own'], /^benches\/own\.yaml: suite "own" is asked for twice/],
    ['two suites of one name', ['own', 'twin.yaml'], /^twin\.yaml: suite "own" has the name of benches\/own\.yaml/],
    ['a file whose name cannot be a suite’s', ['not a name.yaml'], /cannot name a suite; add `name:`/],
    ['a mistake inside', ['bad.yaml'], /^bad\.yaml:2:10: shapes\[0\]\.m: expected a positive integer, got 0$/],
  ])('refuses %s', async (_, specs, message) => {
    const error = await load(...specs).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ name: 'SpecError', message });
  });
});

describe('loading models', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shapemark-models-'));
    await mkdir(join(folder, 'benches', 'models'), { recursive: true });
    const shape = 'shapes:\n  - { m: 1, n: 1, k: 1, from: test }\n';
    await writeFile(join(folder, 'benches', 'shapes.yaml'), shape);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const sizes = 'hidden: 8, heads: 2, kv_heads: 1, head_dim: 4, d_ff: 24';
  const write = (name: string, text: string) => writeFile(join(folder, 'benches', 'models', name), text);

  it('adds the models of the working folder, which win over shipped ones of their name', async () => {
    await write('own.yaml', `models:\n  - { name: tiny, from: here, ${sizes} }\n`);
    await write('other.yml', `models:\n  - { name: bert-base, from: here, ${sizes} }\n`);
    await write('README.md', 'not a model');
    const models = loadModels({ cwd: folder });
    expect(models.get('tiny')).toMatchObject({ hidden: 8, gated: true, from: 'here' });
    expect(models.get('bert-base')).toMatchObject({ hidden: 8, gated: true });
    expect(models.get('gpt2-124m')).toMatchObject({ hidden: 768 });
    const [own, shipped, named] = await loadSuites(['tiny', 'bert', 'gpt2-124m'], { cwd: folder });
    expect(own?.models[0]?.model).toEqual(models.get('tiny'));
    expect(shipped?.models[0]?.model.from).toBe('here');
    expect(named?.file).toBe('model gpt2-124m');
  });

  it('names the mistake of a model file where a model is asked for, and nowhere else', async () => {
    await write('own.yaml', `models:\n  - { name: tiny, from: here, ${sizes}, depth: 3 }\n`);
    const asked = await loadSuite('bert', { cwd: folder }).catch((cause: unknown) => cause);
    expect(asked).toMatchObject({
      message: /^benches\/models\/own\.yaml:2:\d+: models\[0\]: unknown key "depth"; known: /,
    });
    expect((await loadSuite('shapes', { cwd: folder })).shapes).toHaveLength(1);
  });
});

describe('schema for editors', () => {
  it('knows the keys of a model and asks for `from`', () => {
    const text = JSON.stringify(modelJsonSchema());
    for (const key of ['models', 'kv_heads', 'experts', 'mla']) expect(text).toContain(`"${key}"`);
    expect(text).toMatch(/"required":\[[^\]]*"from"/);
  });

  it('knows the keys of a suite and asks for `from`', () => {
    const text = JSON.stringify(suiteJsonSchema());
    for (const key of ['shapes', 'models', 'phases', 'gateUp', 'powers']) expect(text).toContain(`"${key}"`);
    expect(text).toMatch(/"required":\[[^\]]*"from"/);
  });
});
