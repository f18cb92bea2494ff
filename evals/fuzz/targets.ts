/** Everything of this project that reads what strangers write, each as a function of a text. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { wordsOf } from '../../docs/documented.ts';
import { main } from '../../src/cli/main.ts';
import { parseScenario } from '../../src/engine/scripted/scenario.ts';
import { unitOf } from '../../src/experiment/setup/engine.ts';
import { readShard } from '../../src/experiment/setup/shard.ts';
import { vetRecord } from '../../src/experiment/validate/vet.ts';
import { digest } from '../../src/gemm/digest.ts';
import { readLog } from '../../src/judge/history/log.node.ts';
import { kernelSet } from '../../src/kernel/set/set.ts';
import { expand } from '../../src/plan/case/expand.ts';
import { parseFilters } from '../../src/plan/case/filter.ts';
import { importFile, loadSuites } from '../../src/plan/load.node.ts';
import { latestCalibration } from '../../src/record/calibration.node.ts';
import { readJournal } from '../../src/record/journal.node.ts';
import { splitSamples } from '../../src/record/samples.ts';
import { readRecord, readSamples } from '../../src/record/store.node.ts';
import { exampleRecord } from '../../src/record/testdata/example.ts';
import { readTuning } from '../../src/record/tuning.node.ts';
import { PLAIN } from '../../src/report/style.ts';

export interface Target {
  readonly name: string;
  /** Files of the corpus that are mutated for it. */
  readonly corpus: readonly string[];
  /** Reads a text as the command line would, in a folder of its own. What it throws must be an error with a message of its own. */
  readonly read: (text: string, folder: string) => unknown;
  /** How often it is chosen; a command takes longer than a parser. */
  readonly weight: number;
}

const CORPUS = fileURLToPath(new URL('./corpus/', import.meta.url));
export const corpusText = (name: string) => readFileSync(join(CORPUS, name), 'utf8');

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

async function command(text: string, folder: string): Promise<void> {
  let said = '';
  const add = (more: string) => {
    said += more;
  };
  const words = wordsOf(text);
  const io = { out: add, err: add, cwd: folder, environment: {}, style: PLAIN, columns: null };
  const exit = await main(words, io);
  if (![0, 1, 2, 3, 4].includes(exit)) throw new Error(`exit code ${exit}`);
  if (/a fault of shapemark|^\s+at .*:\d+:\d+\)?$/m.test(said)) throw new Error(said.trim());
}

function environment(text: string): void {
  const given = Object.fromEntries(
    text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const SHAPEMARK_UNIT = given.SHAPEMARK_UNIT ?? '';
  readShard(given.SHARD ?? 'auto', given);
  unitOf('webgpu', { SHAPEMARK_UNIT, XDG_CONFIG_HOME: '/nonexistent' });
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
    read: (text, folder) => command(text.split('\n')[0] ?? '', folder),
    weight: 1,
  },
  { name: 'environment', corpus: ['environment.txt'], read: environment, weight: 10 },
];
