import { z } from 'zod';
import { readDocument, validate } from '../spec/document.ts';
import { list, object } from '../spec/fields.ts';
import { knownModelSchema, type Model } from './model.ts';
import { parameterRefusal } from './parameters.ts';

/** Model files: plain data, one file a family, one entry a model. */

/** Models by name. */
export type Models = ReadonlyMap<string, Model>;

/** Text of a model file; `file` names it in errors. */
export interface ModelFile {
  readonly file: string;
  readonly text: string;
}

const modelFileSchema = object({
  $schema: z.string().optional(),
  models: list(knownModelSchema, 'model'),
}).meta({ id: 'Models', title: 'shapemark models', description: 'Models that suites can name, usually one family.' });

/** Reads the files of one folder. Throws SpecError, also for a name that is in two of them. */
export function readModels(files: readonly ModelFile[]): Models {
  const models = new Map<string, Model>();
  const homes = new Map<string, string>();
  for (const { file, text } of files) {
    const document = readDocument(text, file);
    validate(document, modelFileSchema).models.forEach((model, i) => {
      const other = homes.get(model.name);
      if (other !== undefined) {
        const where = other === file ? 'stands twice' : `is in ${other} too`;
        throw document.error(['models', i, 'name'], `model "${model.name}" ${where}; rename or drop one`);
      }
      const wrong = parameterRefusal(model);
      if (wrong !== undefined) throw document.error(['models', i, 'parameters'], wrong);
      homes.set(model.name, file);
      models.set(model.name, model);
    });
  }
  return models;
}

/** The model of a name, or of a repository on Hugging Face. */
export function modelNamed(models: Models, name: string): Model | undefined {
  const plain = name.toLowerCase();
  return models.get(name) ?? [...models.values()].find(({ hub }) => hub?.toLowerCase() === plain);
}

/** JSON Schema (draft 7) for editors. */
export function modelJsonSchema(): object {
  return z.toJSONSchema(modelFileSchema, { target: 'draft-7', io: 'input' });
}
