import { scenarioJsonSchema } from '../../engine/scripted/scenario.ts';
import { printJson } from '../../experiment/io.ts';
import { modelJsonSchema } from '../../plan/model/models.ts';
import { suiteJsonSchema } from '../../plan/suite/schema.ts';
import { inspectionJsonSchema } from '../../record/beside/inspection.ts';
import { recordJsonSchema } from '../../record/schema.ts';
import { EXIT } from '../exit.ts';
import type { Verb } from '../verb.ts';

const SCHEMAS = {
  suite: suiteJsonSchema,
  model: modelJsonSchema,
  record: recordJsonSchema,
  scenario: scenarioJsonSchema,
  inspection: inspectionJsonSchema,
} as const;
const NAMES = ['suite', 'model', 'record', 'scenario', 'inspection'] as const;

/** `schema`: JSON Schema for editors and other languages. */
export const schema: Verb<{ of: (typeof NAMES)[number]; json: boolean }> = {
  command: 'schema [of]',
  describe: 'Print a JSON Schema, for editors and other languages',
  lists: [],
  options: (argv) =>
    argv
      .positional('of', { choices: NAMES, default: 'suite' as const, describe: 'Document to describe' })
      .option('json', { type: 'boolean', default: true, describe: 'Always on' }),
  run: async ({ of }, io) => {
    printJson(io, SCHEMAS[of]());
    return EXIT.fine;
  },
};
