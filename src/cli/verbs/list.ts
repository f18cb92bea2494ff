import { printJson } from '../../experiment/io.ts';
import { expansions, filtered, kernelsFrom } from '../../experiment/setup/selection.ts';
import { unserved } from '../../experiment/setup/unserved.ts';
import { listDocument } from '../../plan/case/list.ts';
import { notServed } from '../../record/not-served.ts';
import { listing } from '../../report/list.ts';
import { RUN_WIDTH } from '../../report/run.ts';
import { EXIT } from '../exit.ts';
import { FILTER, JSON_DOCUMENT, KERNELS, SHAPE, SUITES_OR_SHAPES, suitesAsked } from '../options.ts';
import { printDocument } from '../print.ts';
import type { Verb } from '../verb.ts';

interface Options {
  suite: string[];
  shape: string[];
  filter: string[];
  kernels: string | undefined;
  json: boolean;
}

/** `list`: the cases of a suite, without a GPU. */
export const list: Verb<Options> = {
  command: 'list [suite..]',
  describe: 'Print the cases of suites with FLOP, bytes and arithmetic intensity; needs no GPU',
  lists: ['suite', 'shape', 'filter'],
  options: (argv) =>
    argv
      .positional('suite', SUITES_OR_SHAPES)
      .option('shape', SHAPE)
      .option('filter', FILTER)
      .option('kernels', { ...KERNELS, describe: 'Folder or git ref of the kernels that `all` means' })
      .option('json', JSON_DOCUMENT),
  run: async ({ suite, shape, filter, kernels, json }, io) => {
    const { set } = await kernelsFrom(kernels, io.cwd);
    const expanded = await expansions(suitesAsked({ suite, shape }, 'quick'), set, io);
    const chosen = filtered(
      expanded.flatMap((expansion) => expansion.cases),
      filter,
      set,
    );
    const ids = new Set(chosen.map(({ id }) => id));
    const document = listDocument(expanded, ({ id }) => ids.has(id));
    if (json) printJson(io, document);
    else {
      const without = unserved(chosen, set);
      const left = new Set(without.map(({ id }) => id));
      const cases = document.cases.filter(({ id }) => !left.has(id));
      printDocument(io, listing({ ...document, cases, notServed: notServed(without) }), RUN_WIDTH);
    }
    return EXIT.fine;
  },
};
