/** The options of `search`. */
import type { Argv } from 'yargs';
import { UsageError } from '../../experiment/errors.ts';
import { commandLine, flagsUnlike, USUAL } from '../command-line.ts';
import { JSON_FORMAT, measuringOptions } from '../options.ts';
import type { OptionsOf } from '../verb.ts';
import { FORMAT_CHOICES } from './explain-options.ts';

/** Defaults of a search. */
const USUAL_SEARCH = {
  distance: '100',
  step: '4',
  tokens: '4096',
  gated: true,
  ungated: false,
  'gate-up': 'fused',
  w: 'f16',
  routing: 'uniform',
  kernel: 'best',
  operands: 'cold',
  processes: '46',
  'minimum-effect': 0.01,
  classic: false,
} as const;

export type SearchOptions = OptionsOf<typeof searchOptions>;

export function searchOptions(argv: Argv) {
  return outputOptions(experimentOptions(widthOptions(argv)));
}

function widthOptions<T>(argv: Argv<T>) {
  const { w, a, acc, out } = FORMAT_CHOICES;
  return argv
    .positional('suite', { type: 'string', describe: 'Suite whose n and k are {around: …}; or use --hidden' })
    .option('shape', { type: 'string', describe: 'tokens×d_ff×hidden[:w[:a]]: MLP given by its up projection' })
    .option('model', { type: 'string', describe: 'Model name or config.json: its MLP, searched around its d_ff' })
    .option('hidden', { type: 'string', describe: 'Hidden size' })
    .option('around', {
      type: 'string',
      describe: 'Ratio d_ff / hidden to search around; default 8/3, or that of the model',
    })
    .option('distance', {
      type: 'string',
      default: USUAL_SEARCH.distance,
      describe: 'Maximum distance from it, in units of d_ff',
    })
    .option('step', { type: 'string', default: USUAL_SEARCH.step, describe: 'Widths are multiples of this' })
    .option('d-ff', { type: 'string', describe: 'Range FROM..TO, instead of --distance' })
    .option('tokens', { type: 'string', default: USUAL_SEARCH.tokens, describe: 'Tokens of a pass (m)' })
    .option('gated', { type: 'boolean', default: USUAL_SEARCH.gated, describe: 'Gate and up projections (SwiGLU)' })
    .option('ungated', { type: 'boolean', default: USUAL_SEARCH.ungated, describe: 'No gate; same as --no-gated' })
    .option('gate-up', {
      choices: ['fused', 'separate'] as const,
      default: USUAL_SEARCH['gate-up'],
      describe: 'Gate and up as one GEMM of n = 2·d_ff, or two of n = d_ff',
    })
    .option('w', { choices: w, default: USUAL_SEARCH.w, describe: 'Format of the weights' })
    .option('a', { choices: a, describe: 'Format of the activations' })
    .option('acc', { choices: acc, describe: 'Accumulator' })
    .option('out', { choices: out, describe: 'Format of the output' })
    .option('experts', { type: 'string', describe: 'Number of experts, each of width d_ff' })
    .option('active', { type: 'string', describe: 'Experts per token' })
    .option('routing', {
      choices: ['uniform', 'skewed'] as const,
      default: USUAL_SEARCH.routing,
      describe: 'Distribution of tokens over experts',
    })
    .option('kernel', { type: 'string', default: USUAL_SEARCH.kernel, describe: 'Kernel name, or best' })
    .option('operands', {
      choices: ['cold', 'hot'] as const,
      default: USUAL_SEARCH.operands,
      describe: 'Operands outside (cold) or inside (hot) the last-level cache',
    });
}

function outputOptions<T>(argv: Argv<T>) {
  return argv
    .option('classic', {
      type: 'boolean',
      default: USUAL_SEARCH.classic,
      describe: 'Also run the classic method (docs/search.md)',
    })
    .option('stored', {
      type: 'boolean',
      default: false,
      describe: 'Measure nothing; choose the best width over all machines with stored records',
    })
    .option('store', { type: 'boolean', default: true, describe: 'Store record and answer; --no-store does not' })
    .option('format', {
      choices: ['text', 'csv', 'svg', 'json'] as const,
      default: 'text' as const,
      describe: 'Output format',
    })
    .option('picture', { type: 'string', describe: 'Also write an SVG plot to this file' })
    .option('json', JSON_FORMAT);
}

function experimentOptions<T>(argv: Argv<T>) {
  return argv
    .options(measuringOptions('search'))
    .option('processes', {
      type: 'string',
      default: USUAL_SEARCH.processes,
      describe: 'Maximum number of fresh processes',
    })
    .option('minimum-effect', {
      type: 'number',
      default: USUAL_SEARCH['minimum-effect'],
      describe: 'Smallest relative difference to resolve',
    })
    .option('budget', { type: 'number', describe: 'Time limit in seconds', defaultDescription: 'no limit' });
}

/** Validates what yargs cannot. Throws UsageError. */
export function checkSearchNumbers({ 'minimum-effect': effect, processes, resume, store }: SearchOptions): void {
  if (!(effect > 0 && effect < 1)) throw new UsageError(`--minimum-effect ${effect}: expected a share between 0 and 1`);
  if (!/^[1-9]\d{0,3}$/.test(processes))
    throw new UsageError(`--processes: expected a whole number from 1 to 9999, got "${processes}"`);
  if (resume && !store) throw new UsageError('--resume: with --no-store there is nothing to resume');
}

/** Options without a default. */
const ASKED = [
  ...(['shape', 'model', 'hidden', 'around', 'd-ff', 'a', 'acc', 'out'] as const),
  ...(['experts', 'active', 'filter', 'kernels', 'budget'] as const),
];

/** The command that resumes this one after an interruption. */
export function resumeSearchCommand(options: SearchOptions): string {
  const { suite, picture, format, json } = options;
  return commandLine(
    'search',
    [suite],
    [
      ...ASKED.map((name) => [name, options[name]] as const),
      ...flagsUnlike(options, { ...USUAL_SEARCH, ...USUAL }),
      ['picture', picture],
      ['format', json ? 'json' : format === 'text' ? undefined : format],
      ['resume', true],
    ],
  );
}
