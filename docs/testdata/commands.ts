/**
 * Tries commands of the documentation: those of shapemark in a temporary repository, with the scripted engine where they would
 * measure; for others, scripts, options and files must exist.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../peers/catalogue.ts';
import { readOptions } from '../../peers/options.ts';
import { parseShapes } from '../../peers/shapes.ts';
import { main } from '../../src/cli/main.ts';
import { configs } from '../../src/plan/import/testdata/configs.ts';
import { gitIn } from '../../src/record/testdata/git.ts';
import { PLAIN } from '../../src/report/style.ts';
import { actionOf, commandsIn } from '../documented.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
/** Verbs that measure, and so take the scripted engine. */
const MEASURING = ['run', 'compare', 'bisect', 'calibrate', 'search', 'tune', 'contribute'];
const SCENARIO = `
cost: [{flopPerSecond: 1e12}]
probes: [{probe: empty, seconds: 1e-5}, {probe: '*', seconds: 1e-3}]
noise: {betweenProcesses: {kind: normal, sigma: 0.004}, withinProcess: {sigma: 0.01}}
`;

let folder = '';
/** In a folder of its own, because pages also name files beside the clone. */
let repository = '';
/** Values for placeholders, which may depend on the option before them. */
const PLACEHOLDERS: Record<string, string> = {
  NAME: 'mine',
  '--kernel my-tile': 'direct',
  '--kernel all': 'naive',
  '--model NAME': 'llama2-7b',
  BASE: 'v1.2',
  '$(git merge-base main HEAD)': 'v1.2',
  GOOD: 'v1.2',
  BAD: 'main',
  Q: 'o_proj,w=f16',
  '--out FILE': 'report.json',
  '<verb>': '--help',
};
/** Virtual seconds: a command ends soon, whether or not it has found anything by then. */
const BUDGET = ['--budget', '20'];

const git = (...args: string[]) => gitIn(repository, ...args);

async function shapemark(...args: string[]) {
  let output = '';
  const add = (text: string) => {
    output += text;
  };
  const environment = { SHAPEMARK_UNIT: '0123456789abcdef' };
  const exit = await main(args, { out: add, err: add, cwd: repository, environment, style: PLAIN, columns: null });
  return { exit, output };
}

const scripted = ['--engine', 'scripted', '--scenario', 'scenario.yaml'];

async function makeRepository(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'shapemark-commands-'));
  repository = join(folder, 'clone');
  mkdirSync(repository);
  git('init', '-q', '-b', 'main');
  cpSync(join(ROOT, 'kernels'), join(repository, 'kernels'), { recursive: true });
  cpSync(join(ROOT, 'benches'), join(repository, 'benches'), { recursive: true });
  // The suite that README adds.
  const [, suite = ''] = /```yaml\n# benches\/mine\.yaml\n(.*?)```/s.exec(read('README.md')) ?? [];
  writeFileSync(join(repository, 'benches/mine.yaml'), suite);
  writeFileSync(join(repository, 'scenario.yaml'), SCENARIO);
  // What docs/import.md has its reader download, cut to few layers and a small vocabulary.
  mkdirSync(join(repository, 'Qwen3-0.6B'));
  const config = { ...configs().get('Qwen/Qwen3-0.6B'), num_hidden_layers: 2, vocab_size: 512 };
  writeFileSync(join(repository, 'Qwen3-0.6B/config.json'), JSON.stringify(config));
  writeFileSync(join(repository, 'shapes.csv'), 'M,N,K\n4,64,32\n');
  for (const [i, tag] of ['v1.2', 'v1.3'].entries()) {
    const kernel = join(repository, 'kernels/direct.wgsl');
    writeFileSync(kernel, `${readFileSync(kernel, 'utf8')}\n// change ${i}\n`);
    git('add', '-A');
    git('commit', '-q', '-m', `change ${i}`);
    git('tag', tag);
  }
  const { exit, output } = await shapemark('run', 'mine', ...scripted);
  expect(exit, output).toBe(0);
  const [record] = readdirSync(join(repository, 'results/scripted')).filter((file) => /^\d.*\.json$/.test(file));
  PLACEHOLDERS.FILE = PLACEHOLDERS['results/<machine>/<run>.json'] = `results/scripted/${record}`;
}

/** What a test puts in place of the reader's choice. */
const REPLACED: Readonly<Record<string, RegExp>> = {
  '--adapter': /^(auto|gpu|software|embedded)$/,
  '--engine': /^(webgpu|gpujs|scripted)$/,
  '--budget': /^\d+$/,
  '--scenario': /^(\.\.\/)?scenario\.yaml$/,
};

/** On the scripted engine and briefly, whatever engine, adapter and budget the reader is told to take. */
function argumentsFor(documented: readonly string[]): string[] {
  const args: string[] = [];
  for (const [i, word] of documented.entries()) {
    const before = documented[i - 1] ?? '';
    if (word === '…' || word in REPLACED) continue;
    if (before in REPLACED) expect(word, before).toMatch(REPLACED[before] ?? '');
    else args.push(PLACEHOLDERS[`${before} ${word}`] ?? PLACEHOLDERS[word] ?? word);
  }
  const [verb = ''] = args;
  // The workers of another checkout are real ones, so this is no more than an option that exists.
  if (args.includes('--harness')) return [verb, '--help'];
  // One kernel is enough to see that a command works.
  if (verb === 'inspect') return [...args, '--kernel', 'naive'];
  if (!MEASURING.includes(verb)) return args;
  return [...args, ...scripted, ...(['calibrate', 'contribute'].includes(verb) ? [] : BUDGET)];
}

/** Several pages tell the same. */
const tried = new Map<string, ReturnType<typeof shapemark>>();
function shapemarkOnce(args: readonly string[]) {
  const key = JSON.stringify(args);
  const outcome = tried.get(key) ?? shapemark(...args);
  tried.set(key, outcome);
  return outcome;
}

function tryPeers(args: readonly string[]): void {
  const { only, shapes } = readOptions(args);
  expect(CATALOGUE.map(({ name }) => name)).toEqual(expect.arrayContaining([...(only ?? [])]));
  if (shapes !== null) expect(parseShapes(shapes).length).toBeGreaterThan(0);
}

function tryEvaluation(name: string, args: readonly string[]): void {
  const usage = new RegExp(`\n \\* {5}npm run .*eval ${name} -- (.*)`).exec(read(`evals/${name}.ts`))?.[1] ?? '';
  for (const option of args.filter((word) => word.startsWith('--')))
    expect(usage).toMatch(new RegExp(`${option}[\\] ]`));
}

/** Tests of every command on these pages, at least `least` in all. */
export function describeCommands(pages: readonly string[], least: number): void {
  const commands = pages.flatMap((page) => commandsIn(read(page), page));

  describe('the documentation', () => {
    beforeAll(makeRepository, 120_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('was found, with its commands', () => {
      expect(commands.length).toBeGreaterThanOrEqual(least);
    });

    const titled = commands.map((command) => [`${command.place}: ${command.text}`, command] as const);
    it.each(titled)('%s', { timeout: 300_000 }, async (_, documented) => {
      const action = actionOf(documented);
      if (action.kind === 'script') expect(JSON.parse(read('package.json')).scripts).toHaveProperty(action.name);
      if (action.kind === 'path') expect(existsSync(join(ROOT, action.path)), action.path).toBe(true);
      if (action.kind === 'peers') tryPeers(action.args);
      if (action.kind === 'eval' && action.name !== undefined) tryEvaluation(action.name, action.args);
      if (action.kind === 'shapemark') {
        const { exit, output } = await shapemarkOnce(argumentsFor(action.args));
        // A command may find something or nothing, but not fail or be wrong usage.
        expect([0, 1, 3], output).toContain(exit);
      }
    });
  });
}
