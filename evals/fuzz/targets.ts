/** Everything of this project that reads what strangers write, each as a function of a text. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { wordsOf } from '../../docs/documented.ts';
import { wantsTrace } from '../../src/cli/exit.ts';
import { main } from '../../src/cli/main.ts';
import { styleFor } from '../../src/cli/style.ts';
import { parseScenario } from '../../src/engine/scripted/scenario.ts';
import { UsageError } from '../../src/experiment/errors.ts';
import { unitOf } from '../../src/experiment/setup/engine.ts';
import { readShard } from '../../src/experiment/setup/shard.ts';
import { vetRecord } from '../../src/experiment/validate/vet.ts';
import { digest } from '../../src/gemm/digest.ts';
import { readHistory } from '../../src/judge/history/history.node.ts';
import { readLog } from '../../src/judge/history/log.node.ts';
import { kernelSet } from '../../src/kernel/set/set.ts';
import { expand } from '../../src/plan/case/expand.ts';
import { parseFilters } from '../../src/plan/case/filter.ts';
import { importFile, loadSuites } from '../../src/plan/load.node.ts';
import { latestCalibration } from '../../src/record/beside/calibration.node.ts';
import { readInspection } from '../../src/record/beside/inspection.node.ts';
import { readSearches } from '../../src/record/beside/search.node.ts';
import { readTuning } from '../../src/record/beside/tuning.node.ts';
import { readJournal } from '../../src/record/journal/journal.node.ts';
import { splitSamples } from '../../src/record/samples.ts';
import { mergeFolders } from '../../src/record/store/merge.node.ts';
import { openStore } from '../../src/record/store/open-store.node.ts';
import { readRecord, readSamples } from '../../src/record/store/store.node.ts';
import { exampleRecord } from '../../src/record/testdata/example.ts';
import { PLAIN } from '../../src/report/style.ts';
import { panelsOf } from '../detector/histories.ts';

export interface Target {
  readonly name: string;
  /** Files of the corpus that are mutated for it. */
  readonly corpus: readonly string[];
  /** Whether one line of it is taken at a time. */
  readonly byLine?: boolean;
  /** Reads a text as the command line would, in a folder of its own. What it throws must be an error with a message of its own. */
  readonly read: (text: string, folder: string) => unknown;
  /** How often it is chosen; a command takes longer than a parser. */
  readonly weight: number;
}

const CORPUS = fileURLToPath(new URL('./corpus/', import.meta.url));
export const corpusText = (name: string) => readFileSync(join(CORPUS, name), 'utf8');

const FEW_CASES = 'defaults: {kernels: naive}\nshapes: [{name: few, m: [1, 2], n: 64, k: 64, w: f32, from: made up}]\n';
const NAIVE = readFileSync(fileURLToPath(new URL('../../kernels/naive.wgsl', import.meta.url)), 'utf8');
const BOMB = gzipSync(Buffer.alloc(1 << 26));

const KERNELS = ['best', 'naive', 'direct'];
/** A suite of this many cases is as good as any larger one to find a fault. */
const MOST_CASES = 2_000;

async function suite(text: string, folder: string): Promise<void> {
  writeFileSync(join(folder, 'given.yaml'), text);
  for (const one of await loadSuites(['./given.yaml'], { cwd: folder }))
    if (one.shapes.length < MOST_CASES) expand(one, { kernels: KERNELS });
}

const imported = (name: string) => (text: string, folder: string) => {
  writeFileSync(join(folder, name), text);
  return importFile(`./${name}`, { cwd: folder });
};

const stored =
  (read: (file: string) => unknown, name = 'given.json') =>
  (text: string, folder: string) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return read(file);
  };

function sidecar(text: string, folder: string): unknown {
  const file = join(folder, 'record.json');
  const { record } = splitSamples(exampleRecord());
  // Its hash fits: whoever writes a sidecar writes its record.
  const own = { ...record, samples: { file: 'given.samples.json.gz', hash: digest(text) } };
  writeFileSync(join(folder, own.samples.file), gzipSync(text));
  return readSamples(file, own);
}

/** A sidecar of another compression than its hash tells of: damaged bytes, or few that inflate to many. */
function compressed(text: string, folder: string): unknown {
  const { record } = splitSamples(exampleRecord());
  const own = { ...record, samples: { file: 'given.samples.json.gz', hash: digest(text) } };
  const bytes = gzipSync(text);
  const seed = Number.parseInt(digest(text).slice(0, 8), 16);
  if (seed % 8 === 0) writeFileSync(join(folder, own.samples.file), BOMB);
  else {
    bytes[seed % bytes.length] = seed >>> 8;
    writeFileSync(join(folder, own.samples.file), bytes.subarray(0, bytes.length - (seed % 3)));
  }
  return readSamples(join(folder, 'record.json'), own);
}

/** A shard among those of a run. */
function merge(text: string, folder: string): unknown {
  const record = exampleRecord();
  const shard = { ...record, settings: { ...record.settings, shard: { index: 2, count: 2, cases: 2 } } };
  for (const [name, content] of [
    ['in/m/20261124T101530Z-831ef61a.json', text],
    ['in/other/20261124T101531Z-831ef61a.json', JSON.stringify({ ...shard, id: '20261124T101531Z-831ef61a' })],
  ] as const) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return mergeFolders([join(folder, 'in')], join(folder, 'into'));
}

/** A command in a folder that has what its options name. */
async function anyVerb(text: string, folder: string): Promise<void> {
  for (const name of ['scenario.yaml', 'shapes.csv', 'config.json'])
    writeFileSync(join(folder, name), corpusText(name));
  writeFileSync(join(folder, 'given.yaml'), FEW_CASES);
  mkdirSync(join(folder, 'results/m'), { recursive: true });
  writeFileSync(join(folder, 'results/m/20261124T101530Z-831ef61a.json'), corpusText('record.json'));
  mkdirSync(join(folder, 'kernels'), { recursive: true });
  writeFileSync(join(folder, 'kernels/naive.wgsl'), NAIVE);
  await command(text, folder);
}

async function command(text: string, folder: string): Promise<void> {
  let said = '';
  const add = (more: string) => {
    said += more;
  };
  const words = wordsOf(text);
  // Nothing is measured on a device, whatever became of the engine that was asked for.
  process.env.SHAPEMARK_ADAPTER = 'none of these';
  const io = { out: add, err: add, cwd: folder, environment: {}, style: PLAIN, columns: null };
  const exit = await main(words, io);
  removeOutputs(words, folder);
  if (![0, 1, 2, 3, 4].includes(exit)) throw new Error(`exit code ${exit}`);
  if (/a fault of shapemark|^\s+at .*:\d+:\d+\)?$/m.test(said)) throw new Error(said.trim());
}

const OUTPUTS = ['--out', '--results'];

/** What was written beside the folder because the command said so; else it would count as written outside. */
function removeOutputs(words: readonly string[], folder: string): void {
  const around = resolve(folder, '../../..');
  for (const [i, word] of words.entries()) {
    const [option = '', value = words[i + 1] ?? ''] = word.split('=', 2);
    const path = resolve(folder, value);
    const isBeside = path.startsWith(around + sep) && !`${folder}${sep}`.startsWith(path + sep);
    if (OUTPUTS.includes(option) && isBeside) rmSync(path, { recursive: true, force: true });
  }
}

function environment(text: string): void {
  const given = Object.fromEntries(
    text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const SHAPEMARK_UNIT = given.SHAPEMARK_UNIT ?? '';
  readShard(given.SHARD ?? 'auto', given);
  unitOf('webgpu', { SHAPEMARK_UNIT, XDG_CONFIG_HOME: '/nonexistent' });
  styleFor(given, false);
  wantsTrace(given);
}

export const TARGETS: readonly Target[] = [
  { name: 'suite', corpus: ['suite.yaml', 'model-suite.yaml'], read: suite, weight: 10 },
  { name: 'config', corpus: ['config.json'], read: imported('config.json'), weight: 10 },
  {
    name: 'list of shapes',
    corpus: ['shapes.csv', 'shapes.txt', 'shapes.json'],
    read: imported('shapes.csv'),
    weight: 10,
  },
  { name: 'scenario', corpus: ['scenario.yaml'], read: (text) => parseScenario(text, 'scenario.yaml'), weight: 10 },
  {
    name: 'kernel',
    corpus: ['../../../kernels/direct.wgsl'],
    read: (text) => kernelSet('here', [{ path: 'k.wgsl', text }]),
    weight: 10,
  },
  {
    name: 'record',
    corpus: ['record.json'],
    read: stored((file) => vetRecord(readRecord(file), { withSamples: false })),
    weight: 6,
  },
  { name: 'samples', corpus: ['samples.json'], read: sidecar, weight: 6 },
  { name: 'journal', corpus: ['journal.ndjson'], read: stored(readJournal), weight: 10 },
  { name: 'tuning', corpus: ['tuning.json'], read: stored(readTuning), weight: 6 },
  {
    name: 'calibration',
    corpus: ['calibration.json'],
    read: (text, folder) => {
      mkdirSync(join(folder, 'm/calibration'), { recursive: true });
      writeFileSync(join(folder, 'm/calibration/given.json'), text);
      return latestCalibration(folder, 'm', 'u');
    },
    weight: 6,
  },
  {
    name: 'verdicts',
    corpus: ['verdicts.jsonl'],
    read: (text, folder) => {
      mkdirSync(join(folder, 'm'), { recursive: true });
      writeFileSync(join(folder, 'm/verdicts.jsonl'), text);
      return readLog(folder, 'm');
    },
    weight: 6,
  },
  {
    name: 'filter',
    corpus: ['filters.txt'],
    read: (text) => text.split('\n').map((line) => parseFilters([line])),
    weight: 10,
  },
  {
    name: 'flags',
    corpus: ['flags.txt'],
    byLine: true,
    read: anyVerb,
    weight: 1,
  },
  { name: 'compressed samples', corpus: ['samples.json'], read: compressed, weight: 4 },
  { name: 'merge', corpus: ['record.json', 'shard.json'], read: merge, weight: 4 },
  {
    name: 'rows of a history',
    corpus: ['rows.csv'],
    read: (text, folder) => {
      mkdirSync(join(folder, 'm'), { recursive: true });
      writeFileSync(join(folder, 'm/20261124T101530Z-831ef61a.json'), corpusText('record.json'));
      writeFileSync(join(folder, 'm/20261124T101530Z-831ef61a.csv'), text);
      return openStore(folder).then(readHistory);
    },
    weight: 6,
  },
  {
    name: 'search',
    corpus: ['search.json'],
    read: (text, folder) => {
      mkdirSync(join(folder, 'm/search'), { recursive: true });
      writeFileSync(join(folder, 'm/search/given.json'), text);
      return readSearches(folder, 'm');
    },
    weight: 4,
  },
  { name: 'inspection', corpus: ['inspection.json'], read: stored(readInspection), weight: 4 },
  {
    name: 'series of a published history',
    corpus: ['series.json'],
    read: (text) => {
      let document: unknown;
      try {
        document = JSON.parse(text);
      } catch {
        throw new UsageError('not JSON');
      }
      return panelsOf(document, 'series.json');
    },
    weight: 4,
  },
  { name: 'environment', corpus: ['environment.txt'], read: environment, weight: 10 },
];
