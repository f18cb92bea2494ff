/** `import`: a suite from what somebody already has: a model's config.json, or a list of shapes. */
import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import { UsageError } from '../../experiment/errors.ts';
import { type Io, printJson, printWritten } from '../../experiment/io.ts';
import { LAYOUTS, type Layout, type WeightFormat } from '../../gemm/problem.ts';
import type { ImportOptions } from '../../plan/import/options.ts';
import { type Imported, toYaml } from '../../plan/import/to-suite.ts';
import { importFile } from '../../plan/load.node.ts';
import { writeOut } from '../../record/disk.node.ts';
import { EXIT } from '../exit.ts';
import { JSON_DOCUMENT } from '../options.ts';
import type { Verb } from '../verb.ts';
import { FORMAT_CHOICES, readSize } from './explain-options.ts';

interface Options {
  file: string;
  partial: boolean;
  name: string | undefined;
  columns: string | undefined;
  m: string | undefined;
  w: WeightFormat | undefined;
  a: string | undefined;
  layout: Layout | undefined;
  'column-major': boolean;
  tp: string | undefined;
  out: string | undefined;
  json: boolean;
}

export const importVerb: Verb<Options> = {
  command: 'import <file>',
  describe: 'Print the suite that a model’s config.json or a list of shapes stands for',
  lists: [],
  options: (argv) => listOptions(argv).option('json', JSON_DOCUMENT),
  run: async (options, io) => {
    const imported = importFile(options.file, { cwd: io.cwd, ...asked(options) });
    print(imported, options, io);
    return EXIT.fine;
  },
};

function listOptions(argv: Argv) {
  const { w, a } = FORMAT_CHOICES;
  return argv
    .positional('file', {
      type: 'string',
      demandOption: true,
      describe: 'config.json, a folder that holds one, or a list of shapes',
    })
    .option('partial', {
      type: 'boolean',
      default: false,
      describe: 'Take the GEMMs that are understood, and list what is not',
    })
    .option('name', { type: 'string', describe: 'Name of the suite', defaultDescription: 'after the file' })
    .option('columns', { type: 'string', describe: 'What the columns of a list without names are: m,k,n' })
    .option('m', { type: 'string', describe: 'Rows of A for a list of weights: 1,16,256 or 128:1024:128' })
    .option('w', { choices: w, describe: 'Format of the weights of a list' })
    .option('a', { choices: a, describe: 'Format of its activations' })
    .option('layout', { choices: LAYOUTS, describe: 'How A and B of a list are stored' })
    .option('column-major', {
      type: 'boolean',
      default: false,
      describe: 'A list of a BLAS: read the row-major problem of the same memory, m and n exchanged',
    })
    .option('tp', { type: 'string', describe: 'Ranks that share each weight, for a list that says how' })
    .option('out', { type: 'string', describe: 'Write the suite to this file', defaultDescription: 'print it' });
}

function asked({ partial, name, columns, m, w, a, layout, tp, 'column-major': columnMajor }: Options): ImportOptions {
  return {
    ...{ partial, columnMajor },
    ...(name !== undefined && { name }),
    ...(columns !== undefined && { columns: columns.split(',').map((column) => column.trim()) }),
    ...(m !== undefined && { m: readRows(m) }),
    ...(w && { w }),
    ...(a !== undefined && { a }),
    ...(layout && { layout }),
    ...(tp !== undefined && { tp: readSize('--tp', tp) }),
  };
}

/** `1,16,256`, `128:1024:128` (from, to, step), or both. */
function readRows(text: string): number[] {
  const rows = text.split(',').flatMap((part) => {
    const [from = '', to, step = '1', ...more] = part.split(':');
    if (more.length > 0) throw new UsageError(`--m: expected numbers or FROM:TO:STEP, got "${part}"`);
    const first = readSize('--m', from.trim());
    if (to === undefined) return [first];
    const [last, by] = [readSize('--m', to), readSize('--m', step)];
    return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, i) => first + i * by);
  });
  if (rows.length > 0) return rows;
  throw new UsageError(`--m ${text}: the range is empty; swap its ends`);
}

function print(imported: Imported, { out, json }: Options, io: Io): void {
  for (const one of imported.left) io.err(`left out: ${one}\n`);
  if (out !== undefined) {
    const file = resolve(io.cwd, out);
    writeOut(file, toYaml(imported));
    printWritten(io, [file]);
  }
  if (json) printJson(io, imported);
  else if (out === undefined) io.out(toYaml(imported));
}
