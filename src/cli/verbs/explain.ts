import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import { NothingToDo, UsageError } from '../../experiment/errors.ts';
import { measuredCases, measuredPeaks } from '../../experiment/explain/measured.ts';
import type { Io } from '../../experiment/io.ts';
import { kernelsFrom } from '../../experiment/setup/selection.ts';
import { readShape } from '../../plan/import/shape-text.ts';
import { loadModel, loadModels } from '../../plan/load.node.ts';
import { checkPredictions } from '../../predict/check.ts';
import { explainMlp } from '../../predict/explain-mlp.ts';
import { explainModel } from '../../predict/explain-model.ts';
import { explainShape } from '../../predict/explain-shape.ts';
import type { Document } from '../../report/document/document.ts';
import { checkPage } from '../../report/explain/check.ts';
import { mlpPage } from '../../report/explain/mlp.ts';
import { modelPage } from '../../report/explain/model.ts';
import { shapePage } from '../../report/explain/shape.ts';
import { EXIT } from '../exit.ts';
import { FORMATS, KERNELS } from '../options.ts';
import { printAs } from '../print.ts';
import type { OptionsOf, Verb } from '../verb.ts';
import { FORMAT_CHOICES, readFormat, readGpus, readProblem, readSize } from './explain-options.ts';

interface Explanation {
  readonly document: unknown;
  readonly page: Document;
}

/** First line of a markdown page, for those who want to edit it. */
const GENERATED = '<!-- Written by `shapemark explain`; edit src/report/explain instead. -->\n';

/** `explain`: what arithmetic predicts for a shape, an MLP or a model, without measuring. */
export const explain: Verb<Options> = {
  command: 'explain [m] [n] [k]',
  describe: 'Print what arithmetic predicts for a shape, an MLP or a model; needs no GPU',
  lists: ['gpu'],
  options: explainOptions,
  run: async (options, io) => {
    const { document, page } = await explanation(options, io);
    if (options.format === 'markdown' && !options.json) io.out(GENERATED);
    printAs(io, options, { data: document, document: page });
    return EXIT.fine;
  },
};

function explainOptions(argv: Argv) {
  return formatOptions(subjectOptions(argv));
}

type Options = OptionsOf<typeof explainOptions>;

function subjectOptions<T>(argv: Argv<T>) {
  return argv
    .positional('m', { type: 'string', describe: 'Rows of A and C' })
    .positional('n', { type: 'string', describe: 'Columns of B and C' })
    .positional('k', { type: 'string', describe: 'Columns of A, rows of B' })
    .option('batch', { type: 'string', default: '1', describe: 'Number of independent multiplications' })
    .option('shape', { type: 'string', describe: 'm×n×k[:w[:a]][:layout], instead of M N K and --w, --a, --layout' })
    .option('model', { type: 'string', describe: 'Model name or config.json, instead of a shape' })
    .option('hidden', { type: 'string', describe: 'Hidden size of an MLP; needs --d-ff' })
    .option('d-ff', { type: 'string', describe: 'Width of an MLP; needs --hidden' })
    .option('tokens', { type: 'string', default: '4096', describe: 'Tokens of the prefill of a model or MLP' })
    .option('gated', { type: 'boolean', default: true, describe: 'Gate and up fused; --no-gated: up only' })
    .option('check', { type: 'boolean', default: false, describe: 'Compare predictions with stored measurements' })
    .option('results', {
      type: 'string',
      default: 'results',
      describe: 'Folder of records, for peaks and for --check',
    });
}

function formatOptions<T>(argv: Argv<T>) {
  const { w, a, acc, out, layout } = FORMAT_CHOICES;
  return argv
    .option('w', { choices: w, default: 'bf16' as const, describe: 'Format of the weights (B)' })
    .option('a', { choices: a, describe: 'Format of the activations (A)' })
    .option('acc', { choices: acc, default: 'f32' as const, describe: 'Accumulator' })
    .option('out', { choices: out, describe: 'Format of C' })
    .option('layout', { choices: layout, describe: 'Layout of A and B; default nt for block-scaled weights, else nn' })
    .option('gpu', {
      type: 'string',
      array: true,
      default: ['a100', 'h100', 'rtx-4090', 'm2-max'],
      describe: 'GPU names; suggestions are for the first',
    })
    .option('kernels', KERNELS)
    .options(FORMATS);
}

async function explanation(options: Options, io: Io): Promise<Explanation> {
  const { shape, model, hidden, 'd-ff': dFf } = options;
  const mlp = hidden !== undefined || dFf !== undefined;
  const subjects = [options.check, shape !== undefined, model !== undefined, mlp, options.m !== undefined].filter(
    Boolean,
  );
  if (subjects.length > 1)
    throw new UsageError('explain takes one of M N K, --shape, --model, --hidden with --d-ff, and --check');
  if (options.check) {
    return explainedCheck(options.results, io);
  }
  const gpus = readGpus(options.gpu);
  const tokens = readSize('--tokens', options.tokens);
  if (model !== undefined) {
    const known = loadModels({ cwd: io.cwd });
    const found = await loadModel(model, { cwd: io.cwd });
    const document = explainModel({ model: found, gpus, tokens });
    return { document, page: modelPage(found, document, known) };
  }
  if (mlp) return explainedMlp(options, { gpus, tokens });
  const problem = readProblem(shape === undefined ? options : { ...options, ...shapeOptions(shape) });
  const { set } = await kernelsFrom(options.kernels, io.cwd);
  const machines = measuredPeaks(resolve(io.cwd, options.results), problem);
  const document = explainShape({ problem, gpus, kernels: set.kernels, machines });
  return { document, page: shapePage(document) };
}

function shapeOptions(text: string) {
  const { batch, m, n, k, ...formats } = readShape(text);
  return { batch: String(batch), m: String(m), n: String(n), k: String(k), ...formats };
}

function explainedCheck(results: string, io: Io): Explanation {
  const measured = measuredCases(resolve(io.cwd, results));
  if (measured.length === 0)
    throw new NothingToDo(
      `${results} contains no measurements to compare predictions with; \`shapemark run\` makes one`,
    );
  const document = checkPredictions(measured);
  return { document, page: checkPage(document) };
}

function explainedMlp(
  options: Options,
  shared: Pick<Parameters<typeof explainMlp>[0], 'gpus' | 'tokens'>,
): Explanation {
  const { hidden, 'd-ff': dFf, gated } = options;
  if (hidden === undefined || dFf === undefined) throw new UsageError('--hidden and --d-ff must be given together');
  const sizes = { hidden: readSize('--hidden', hidden), dFf: readSize('--d-ff', dFf) };
  const document = explainMlp({ ...sizes, ...shared, gated, format: readFormat(options) });
  return { document, page: mlpPage(document) };
}
