/** The command line of `npm run bench:peers`. */
import { parseArgs } from 'node:util';
import { UsageError } from '../src/experiment/errors.ts';
import { gpuNames } from '../src/experiment/inspect/gpu-names.ts';
import { HERE } from '../src/inspect/gpus.ts';
import { OUR_CLASSES, type OurClass } from './contenders.ts';

export interface Options {
  readonly suites: readonly string[];
  /** All suites that ship. */
  readonly allSuites: boolean;
  readonly filters: readonly string[];
  readonly shapes: string | null;
  readonly processes: number;
  readonly blocks: number;
  readonly adapter: string;
  /** Libraries to ask; null for all. */
  readonly only: readonly string[] | null;
  /** Of our kernels, by class; null for all. */
  readonly classes: readonly OurClass[] | null;
  /** Folder of tunings for our kernels; null for the rule. */
  readonly results: string | null;
  /** One line a shape. */
  readonly brief: boolean;
  readonly plot: string | null;
  readonly resume: boolean;
  /** GPUs to inspect instead of measuring; null to measure. */
  readonly inspect: readonly string[] | null;
  /** Root folder of another system whose drivers are used too. */
  readonly root: string | null;
  readonly json: boolean;
  readonly help: boolean;
}

export const HELP = `npm run bench:peers -- [options]

Our kernels beside every matmul a JavaScript user could pick: verified, interleaved, in fresh processes.

  --shapes LIST      64x2880x2880,1x2880x2880:int4 instead of the default shapes
  --suite NAME       the shapes of a suite that all can run, in f32; repeat for more
  --suites           the shapes of all suites that ship
  --filter QUERY     only these cases, as in \`shapemark run\`; repeat for "or"
  --only LIST        only these libraries, by name
  --classes LIST     only these classes of our kernels: ${OUR_CLASSES.join(', ')}
  --results DIR      folder whose tunings our kernels follow (default results)
  --no-tuning        our kernels follow the rule alone
  --processes N      fresh processes; 6 or more for 95 % intervals (default 6)
  --blocks N         interleaved blocks in each process (default 7)
  --adapter NAME     auto, gpu, software, embedded or part of a name (default auto)
  --brief            one line a shape: the best of ours beside the best peer
  --plot FILE        the ratios as an SVG
  --resume           go on where an interrupted comparison stopped
  --inspect          no time: what the compilers of --gpu make of our programs and of theirs, in f32
  --gpu LIST         with --inspect: GPUs as \`shapemark inspect\` names them (default here)
  --root DIR         with --inspect: another system whose drivers are asked too
  --json             one JSON document
`;

/** @throws UsageError */
export function readOptions(args: readonly string[]): Options {
  const { values } = parse(args);
  return {
    suites: values.suite ?? [],
    allSuites: values.suites ?? false,
    filters: values.filter ?? [],
    shapes: values.shapes ?? null,
    processes: positive('processes', values.processes ?? '6'),
    blocks: positive('blocks', values.blocks ?? '7'),
    adapter: values.adapter ?? 'auto',
    only: values.only === undefined ? null : values.only.split(',').map((name) => name.trim()),
    classes: values.classes === undefined ? null : classesIn(values.classes),
    results: values['no-tuning'] ? null : (values.results ?? 'results'),
    brief: values.brief ?? false,
    plot: values.plot ?? null,
    resume: values.resume ?? false,
    inspect: values.inspect ? gpuNames('gpu', [values.gpu ?? HERE]) : null,
    root: values.root ?? null,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function classesIn(text: string): OurClass[] {
  return text.split(',').map((part) => {
    const known = OUR_CLASSES.find((name) => name === part.trim());
    if (!known) throw new UsageError(`--classes: no class "${part.trim()}"; there are ${OUR_CLASSES.join(', ')}`);
    return known;
  });
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        suite: { type: 'string', multiple: true },
        suites: { type: 'boolean' },
        filter: { type: 'string', multiple: true },
        shapes: { type: 'string' },
        processes: { type: 'string' },
        blocks: { type: 'string' },
        adapter: { type: 'string' },
        only: { type: 'string' },
        classes: { type: 'string' },
        results: { type: 'string' },
        'no-tuning': { type: 'boolean' },
        brief: { type: 'boolean' },
        plot: { type: 'string' },
        resume: { type: 'boolean' },
        inspect: { type: 'boolean' },
        gpu: { type: 'string' },
        root: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}; --help lists the options`);
  }
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new UsageError(`--${name}: expected a positive integer, got "${text}"`);
}
