import { resolve } from 'node:path';
import { GPU_NAMES, gpuNames } from '../../experiment/inspect/gpu-names.ts';
import { inspect as inspected } from '../../experiment/inspect/inspect.ts';
import { casesOf } from '../../experiment/inspect/programs.ts';
import { rootOf } from '../../experiment/inspect/system.ts';
import { type Io, printWritten } from '../../experiment/io.ts';
import { PROGRESS_PREFIX } from '../../experiment/session/progress.ts';
import { kernelsFrom } from '../../experiment/setup/selection.ts';
import { HERE } from '../../inspect/gpus.ts';
import { loadKernels } from '../../kernel/set/load.node.ts';
import { writeInspection } from '../../record/beside/inspection.node.ts';
import type { Inspection } from '../../record/beside/inspection.ts';
import { requireWritable } from '../../record/disk.node.ts';
import { commitOf } from '../../record/environment.node.ts';
import { inspectionDocument } from '../../report/inspection.ts';
import { EXIT, type ExitCode, worst } from '../exit.ts';
import { ADAPTER, FILTER, FORMATS, KERNEL, KERNELS, RESULTS, ROOT, suites } from '../options.ts';
import { printAs } from '../print.ts';
import { verb } from '../verb.ts';

/** Wide enough for a row of the table. */
const WIDTH = 180;

/** `inspect`: compiler statistics of kernels, for present and absent GPUs. */
export const inspect = verb({
  command: 'inspect [suite..]',
  describe: 'Print compiler statistics of kernels (registers, spills, occupancy, hot loop), also for absent GPUs',
  lists: ['suite', 'gpu', 'filter', 'kernel'],
  options: (argv) =>
    argv
      .positional('suite', {
        ...suites(),
        describe:
          'Suite file, or name in benches/; by default a case for each kernel and format; with --filter, every matching case of gate',
      })
      .option('gpu', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [HERE],
        describe: GPU_NAMES,
      })
      .option('filter', FILTER)
      .option('kernel', KERNEL)
      .option('kernels', KERNELS)
      .option('base', { type: 'string', describe: 'Folder or git ref of kernels to compare with' })
      .option('root', ROOT)
      .option('adapter', { ...ADAPTER, describe: `Adapter that ${HERE} means` })
      .option('robustness', {
        choices: ['on', 'off', 'both'] as const,
        default: 'on' as const,
        describe: 'Checked indexes, as in a web page; unchecked ones; or both, and what the checks cost',
      })
      .option('store', { type: 'boolean', default: false, describe: 'Keep the inspection as a file, in --results' })
      .option('results', { ...RESULTS, describe: 'Folder that --store writes to' })
      .options(FORMATS),
  run: async (options, io) => {
    const { set } = await kernelsFrom(options.kernels, io.cwd);
    const base = options.base === undefined ? undefined : await loadKernels(options.base, io.cwd);
    const gpus = gpuNames('gpu', options.gpu);
    const robustness = options.robustness === 'off' ? options.robustness : 'on';
    const cases = await casesOf({ ...options, robustness }, set, io);
    const request = { gpus, set, base, cases, adapter: options.adapter, checks: options.robustness };
    const root = rootOf(options.root, io);
    if (options.store) requireWritable(resolve(io.cwd, options.results));
    const found = await inspected({ ...request, root, onProgress: progress(io) });
    printAs(io, options, { data: found, document: inspectionDocument(found), width: WIDTH });
    if (options.store) {
      const file = writeInspection(resolve(io.cwd, options.results), found, commitOf(io.cwd));
      if (!options.json && options.format === 'text') printWritten(io, [file]);
    }
    return exitOf(found);
  },
});

function progress(io: Io): (gpu: string, done: number, of: number) => void {
  return (gpu, done, of) => {
    if (done === 0) io.err(`${PROGRESS_PREFIX}${gpu}: compiling ${of} programs\n`);
  };
}

function exitOf({ counts }: Inspection): ExitCode {
  const { compiled = 0, failed = 0, worse = 0 } = counts;
  const codes: ExitCode[] = [];
  if (failed > 0) codes.push(EXIT.broken);
  if (worse > 0) codes.push(EXIT.regression);
  if (compiled === 0) codes.push(EXIT.nothing);
  return worst(codes);
}
