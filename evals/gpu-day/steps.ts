/** What a day with a GPU consists of: commands of shapemark, and one of Python, in the order of their worth. */

export const LIBRARY = 'gpu-day/library/*';
const TUNED = 'gpu-day/tuned/*';
const KERNELS = 'gpu-day/kernels/*';
/** The layers of gpt-oss and Llama; without lm_head, whose operands take longer to fill than to multiply. */
const LAYERS = [
  'gpt-oss-120b/*/*_proj,w=f16,m<=512',
  'gpt-oss-120b/*/expert*,w=mxfp4,m<=2048',
  'llama/*/llama3.1-8b:*_proj,m<=512',
];
/** Fewer give no 95 % interval. */
const NOISE_PROCESSES = 6;

export type StepName = 'doctor' | 'quick' | 'tune' | 'library' | 'torch' | 'kernels' | 'inspect' | 'models' | 'noise';

export interface Step {
  readonly name: StepName;
  readonly what: string;
  /** Of the whole time, relative to the other steps. */
  readonly share: number;
  /** Seconds that it gets however short the day is: what cannot be cut short. */
  readonly least?: number;
  readonly program: 'shapemark' | 'python';
  readonly words: readonly string[];
  /** How the command is told its limit, if it keeps one by itself; the others are interrupted. */
  readonly limit?: '--budget' | '--seconds';
  /** Options of a day that it takes. */
  readonly takes: readonly ('adapter' | 'engine' | 'results' | 'resume')[];
}

const filters = (all: readonly string[]) => all.flatMap((filter) => ['--filter', filter]);
const measuring = ['adapter', 'engine', 'results', 'resume'] as const;
const shapemark = (
  name: StepName,
  { takes = measuring, ...step }: Pick<Step, 'share' | 'what' | 'least'> & Partial<Pick<Step, 'takes'>>,
  ...words: readonly string[]
): Step => ({ name, ...step, program: 'shapemark', words: [...words, '--json'], takes });
const limited = (step: Step): Step => ({ ...step, limit: '--budget' });

export const STEPS: readonly Step[] = [
  shapemark(
    'doctor',
    { what: 'adapter, features, timer', share: 2, least: 20, takes: ['adapter', 'results'] },
    'doctor',
  ),
  limited(shapemark('quick', { what: 'the default suite', share: 14 }, 'run', 'quick')),
  limited(shapemark('tune', { what: 'tuning of five classes', share: 24 }, 'tune', 'gpu-day', ...filters([TUNED]))),
  limited(shapemark('library', { what: 'shapes beside cuBLAS', share: 14 }, 'run', 'gpu-day', ...filters([LIBRARY]))),
  {
    name: 'torch',
    what: 'the same shapes in PyTorch',
    share: 8,
    program: 'python',
    words: [],
    limit: '--seconds',
    takes: [],
  },
  limited(
    shapemark(
      'kernels',
      { what: 'all kernels on three problems', share: 14 },
      ...['run', 'gpu-day', '--kernel', 'all', ...filters([KERNELS])],
    ),
  ),
  shapemark(
    'inspect',
    { what: 'what the compiler made of these kernels', share: 6, least: 20, takes: ['adapter'] },
    ...['inspect', 'gpu-day', '--kernel', 'all', '--gpu', 'here', ...filters([KERNELS])],
  ),
  limited(
    shapemark('models', { what: 'gpt-oss and Llama', share: 14 }, 'run', 'gpt-oss-120b', 'llama', ...filters(LAYERS)),
  ),
  shapemark(
    'noise',
    { what: 'A/A noise', share: 10 },
    ...['calibrate', 'noise', '--processes', String(NOISE_PROCESSES)],
  ),
];

/** Seconds for a step: its share of what is left to it and to those that follow. */
export function secondsFor(step: Step, following: readonly Step[], secondsLeft: number): number {
  const all = following.reduce((sum, { share }) => sum + share, step.share);
  return Math.max((secondsLeft * step.share) / all, step.least ?? 0);
}
