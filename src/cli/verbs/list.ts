import { GPU_NAMES, gpuNames } from '../../experiment/inspect/gpu-names.ts';
import { picksOn } from '../../experiment/inspect/picks.ts';
import { rootOf } from '../../experiment/inspect/system.ts';
import { printJson } from '../../experiment/io.ts';
import { expansions, filtered, kernelsFrom } from '../../experiment/setup/selection.ts';
import { unserved } from '../../experiment/setup/unserved.ts';
import { listDocument } from '../../plan/case/list.ts';
import { notServed } from '../../record/not-served.ts';
import { listing } from '../../report/list.ts';
import { RUN_WIDTH } from '../../report/run.ts';
import { EXIT } from '../exit.ts';
import { FILTER, JSON_DOCUMENT, KERNELS, ROOT, SHAPE, SUITES_OR_SHAPES, suitesAsked } from '../options.ts';
import { printDocument } from '../print.ts';
import { verb } from '../verb.ts';

/** Columns of text of a pick. */
const PICK_WIDTH = 40;

/** `list`: the cases of a suite, without a GPU. */
export const list = verb({
  command: 'list [suite..]',
  describe: 'Print the cases of suites with FLOP, bytes and arithmetic intensity; needs no GPU',
  lists: ['suite', 'shape', 'filter', 'on'],
  options: (argv) =>
    argv
      .positional('suite', SUITES_OR_SHAPES)
      .option('shape', SHAPE)
      .option('filter', FILTER)
      .option('kernels', { ...KERNELS, describe: 'Folder or git ref of the kernels that `all` means' })
      .option('on', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [],
        describe: `Also print the kernel and sizes that each case gets on these GPUs, present or not: ${GPU_NAMES}`,
      })
      .option('root', ROOT)
      .option('json', JSON_DOCUMENT),
  run: async ({ suite, shape, filter, kernels, on, root, json }, io) => {
    const gpus = gpuNames('on', on);
    const { set } = await kernelsFrom(kernels, io.cwd);
    const expanded = await expansions(suitesAsked({ suite, shape }, 'quick'), set, io);
    const all = expanded.flatMap((expansion) => expansion.cases);
    const chosen = await filtered(all, filter, set, io);
    const ids = new Set(chosen.map(({ id }) => id));
    const picks = await picksOn(gpus, { cases: chosen, set, root: rootOf(root, io) });
    const document = listDocument(expanded, ({ id }) => ids.has(id), picks);
    if (json) printJson(io, document);
    else {
      const without = unserved(chosen, set);
      const left = new Set(without.map(({ id }) => id));
      const cases = document.cases.filter(({ id }) => !left.has(id));
      printDocument(
        io,
        listing({ ...document, cases, notServed: notServed(without) }),
        RUN_WIDTH + PICK_WIDTH * gpus.length,
      );
    }
    return EXIT.fine;
  },
});
