import {
  ACCUMULATOR_FORMATS,
  ACTIVATION_FORMATS,
  type Format,
  LAYOUTS,
  type Layout,
  OUTPUT_FORMATS,
  type Shape,
  WEIGHT_FORMATS,
} from '../../gemm/problem.ts';
import { SEGMENT } from '../model/model.ts';
import { remedy } from '../spec/suggest.ts';
import type { OperandMode } from './case.ts';

/**
 * Case ids: `suite/phase/name/m=1/n=2880/k=4096/layout=nt/w=bf16/a=f16/acc=f32/out=f16/kernel=best`.
 *
 * A path of three segments, then keys in a fixed order: batch, groups, m, n, k, layout, w, a, acc, out, bias, operands,
 * robustness, kernel. What is at its default (batch 1, no groups, no bias, cold operands, robustness on) is not written. An id is
 * permanent: it states what was requested, and the same text works as a filter and in a URL.
 */

/** The parts of an id. `groups` is the label of routing.ts. */
export interface IdParts {
  readonly suite: string;
  readonly phase: string;
  readonly name: string;
  readonly shape: Shape;
  readonly groups?: string;
  readonly layout: Layout;
  readonly format: Format;
  readonly bias: boolean;
  readonly operands: OperandMode;
  readonly robustness?: 'off' | undefined;
  readonly kernel: string;
}

/** Text that is not an id; the message names the segment. */
export class IdError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IdError';
  }
}

/** Keys in the order ids write them. */
export const ID_KEYS = [
  'batch',
  'groups',
  'm',
  'n',
  'k',
  'layout',
  'w',
  'a',
  'acc',
  'out',
  'bias',
  'operands',
  'robustness',
  'kernel',
] as const;
export type IdKey = (typeof ID_KEYS)[number];

/** How a bias is written: in the format it is stored in. */
export const BIAS_VALUE = 'f32';

export function formatId(parts: IdParts): string {
  const { shape, format } = parts;
  const values: Record<IdKey, string | number | undefined> = {
    batch: shape.batch === 1 ? undefined : shape.batch,
    groups: parts.groups,
    m: shape.m,
    n: shape.n,
    k: shape.k,
    layout: parts.layout,
    ...format,
    bias: parts.bias ? BIAS_VALUE : undefined,
    operands: parts.operands === 'cold' ? undefined : parts.operands,
    robustness: parts.robustness,
    kernel: parts.kernel,
  };
  const keys = ID_KEYS.filter((key) => values[key] !== undefined).map((key) => `${key}=${values[key]}`);
  return [parts.suite, parts.phase, parts.name, ...keys].join('/');
}

/** Reads an id back; `parseId(formatId(parts))` equals parts. Throws IdError. */
export function parseId(id: string): IdParts {
  const [suite = '', phase = '', name = '', ...segments] = id.split('/');
  for (const part of [suite, phase, name]) {
    if (!SEGMENT.test(part)) throw new IdError(`"${id}" is not a case id: "${part}" is not one of suite/phase/name`);
  }
  const values = readKeys(id, segments);
  const groups = values.get('groups');
  if (groups !== undefined && !GROUPS.test(groups)) throw new IdError(`"${id}": cannot read groups=${groups}`);
  return {
    suite,
    phase,
    name,
    shape: {
      batch: size(id, values, 'batch', 1),
      m: size(id, values, 'm'),
      n: size(id, values, 'n'),
      k: size(id, values, 'k'),
    },
    ...(groups === undefined ? {} : { groups }),
    layout: word(id, values, 'layout', LAYOUTS),
    format: {
      w: word(id, values, 'w', WEIGHT_FORMATS),
      a: word(id, values, 'a', ACTIVATION_FORMATS),
      acc: word(id, values, 'acc', ACCUMULATOR_FORMATS),
      out: word(id, values, 'out', OUTPUT_FORMATS),
    },
    bias: values.has('bias') && word(id, values, 'bias', [BIAS_VALUE]) === BIAS_VALUE,
    operands: values.has('operands') ? word(id, values, 'operands', ['hot']) : 'cold',
    ...(values.has('robustness') && { robustness: word(id, values, 'robustness', ['off']) }),
    kernel: text(id, values, 'kernel'),
  };
}

const GROUPS = /^(\d+x\d+t\d+(-skewed\d+)?|\d+r[0-9a-f]{12})$/;

type Values = ReadonlyMap<IdKey, string>;

function readKeys(id: string, segments: readonly string[]): Values {
  const values = new Map<IdKey, string>();
  let last = -1;
  for (const segment of segments) {
    const equals = segment.indexOf('=');
    const key = ID_KEYS.find((known) => known === segment.slice(0, equals));
    if (equals < 0 || key === undefined) throw new IdError(`"${id}" is not a case id: cannot read "${segment}"`);
    const order = ID_KEYS.indexOf(key);
    if (order <= last) throw new IdError(`"${id}" is not a case id: "${key}" is out of order`);
    last = order;
    values.set(key, segment.slice(equals + 1));
  }
  return values;
}

function text(id: string, values: Values, key: IdKey): string {
  const value = values.get(key);
  if (value === undefined || value === '') throw new IdError(`"${id}" is not a case id: it lacks ${key}=`);
  return value;
}

function size(id: string, values: Values, key: IdKey, absent?: number): number {
  if (absent !== undefined && !values.has(key)) return absent;
  const value = text(id, values, key);
  if (!/^[1-9]\d*$/.test(value)) throw new IdError(`"${id}": ${key} is no positive integer`);
  if (Number(value) === absent)
    throw new IdError(`"${id}" is not a case id: ${key}=${value} is the default and not written`);
  return Number(value);
}

function word<const Words extends readonly string[]>(
  id: string,
  values: Values,
  key: IdKey,
  words: Words,
): Words[number] {
  const value = text(id, values, key);
  const found = words.find((known) => known === value);
  if (found === undefined) throw new IdError(`"${id}": unknown ${key} "${value}"; ${remedy(value, words)}`);
  return found;
}
