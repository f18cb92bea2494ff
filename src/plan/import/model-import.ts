import type { SourceDocument } from '../spec/document.ts';
import { formatPath, type SpecError } from '../spec/spec-error.ts';
import { usualPhases } from '../suite/model-suite.ts';
import type { Part, Refusal } from './config/fields.ts';
import type { ModelText } from './config/parts.ts';
import { readConfig } from './config/read-config.ts';
import type { ImportOptions } from './options.ts';
import type { Imported } from './to-suite.ts';

/** A config.json as a suite of the model's matmuls. */

/** @throws SpecError naming what cannot be told, unless `partial` leaves it out */
export function importConfig(document: SourceDocument, name: string, from: string, options: ImportOptions): Imported {
  const { model, refusals, notes } = readConfig(document);
  const isHopeless = refusals.some(({ part }) => part === 'model') || model === undefined;
  if (refusals.length > 0 && (isHopeless || !options.partial)) throw refused(document, refusals, isHopeless);
  if (model === undefined) throw document.error([], 'holds no model');
  const named: ModelText = {
    name,
    from,
    ...without(
      model,
      refusals.map(({ part }) => part),
    ),
  };
  if (named.without?.length === 2 && named.vocab === undefined) throw refused(document, refusals, true);
  const suite = {
    name,
    description: `Matmuls of ${name}, from its config.json.`,
    phases: usualPhases(named),
    models: [{ model: named }],
  };
  return {
    suite,
    notes,
    left: refusals.map(({ path, reason, part }) => `${LEFT_OUT[part]}${formatPath(path)}: ${reason}`),
  };
}

/** What is left out because of a field. */
const LEFT_OUT: Readonly<Record<Part, string>> = {
  model: '',
  attention: 'attention, for ',
  mlp: 'MLPs, for ',
  head: 'lm_head, for ',
  weights: 'the formats of weights, for ',
  field: '',
};

const MOST_NAMED = 5;

/** One error for all: at the field that stands first. */
function refused(document: SourceDocument, refusals: readonly Refusal[], isHopeless: boolean): SpecError {
  const placed = refusals.map((refusal) => ({ refusal, place: document.error(refusal.path, '') }));
  placed.sort((a, b) => (a.place.line ?? 0) - (b.place.line ?? 0) || (a.place.col ?? 0) - (b.place.col ?? 0));
  const [first, ...others] = placed.map(({ refusal }) => refusal);
  const named = others.slice(0, MOST_NAMED).map(({ path, reason }) => `; ${formatPath(path)}: ${reason}`);
  const more = others.length > MOST_NAMED ? `; and ${others.length - MOST_NAMED} more` : '';
  const remedy = isHopeless
    ? ''
    : '; `shapemark import --partial` takes the GEMMs that are understood and lists the rest';
  return document.error(first?.path ?? [], `${first?.reason ?? 'holds no model'}${named.join('')}${more}${remedy}`);
}

/** The model without the parts that a refused field belongs to. */
function without(model: Omit<ModelText, 'name'>, parts: readonly Part[]): Omit<ModelText, 'name'> {
  const left = (['attention', 'mlp'] as const).filter((part) => parts.includes(part));
  if (left.length === 0) return model;
  const { heads, kv_heads, head_dim, mla, window, d_ff, experts, ...rest } = model;
  return {
    ...rest,
    without: left,
    ...(!left.includes('attention') && { heads, kv_heads, head_dim, mla, window }),
    ...(!left.includes('mlp') && { d_ff, experts }),
  };
}
