import { type Codes, codesText, formatOfCodes } from '../../../gemm/formats/elsewhere.ts';
import type { WeightFormat } from '../../../gemm/problem.ts';
import { absentFormats } from './absent-formats.ts';
import { type Fields, isSize, shown, type Values } from './fields.ts';
import type { MatmulModules } from './modules.ts';
import { type Names, nameList } from './not-converted.ts';

/** `quantization_config`: what weights are stored as, and which modules are not. */

/** Which modules are stored in a format. */
export interface Storage {
  /** Of a module by its name in the checkpoint; undefined where it is stored in the model's own format. */
  formatOf(module: string): WeightFormat | undefined;
}

type Reader = (config: Reading) => Storage | undefined;

/** One `quantization_config` on its way; what cannot be told is refused, and makes the weights' formats unknown. */
class Reading {
  readonly #fields: Fields;
  readonly #values: Values;
  readonly #matmuls: readonly MatmulModules[];
  readonly name: string;

  constructor(fields: Fields, name: string, values: Values, matmuls: readonly MatmulModules[]) {
    this.#fields = fields;
    this.name = name;
    this.#values = values;
    this.#matmuls = matmuls;
  }

  get keys(): readonly string[] {
    return Object.keys(this.#values);
  }

  get(name: string): unknown {
    return this.#values[name] ?? undefined;
  }

  refuse(key: string, reason: string, at: readonly (string | number)[] = []): undefined {
    return this.#fields.refuse(this.name, 'weights', reason, [key, ...at]);
  }

  note(key: string, text: string): void {
    this.#fields.notes.push(`${this.name}.${key}: ${shown(this.get(key))} ${text}`);
  }

  /** The format of such codes, or a refusal. */
  format(key: string, codes: Codes): WeightFormat | undefined {
    return formatOfCodes(codes) ?? this.refuse(key, `${codesText(codes)}: no format here is that`);
  }

  /** A size such as `group_size`; -1 is the whole of k. */
  block(key: string, usual?: number): number | 'k' | undefined {
    const value = this.get(key) ?? usual;
    if (value === -1) return 'k';
    return isSize(value) ? value : this.refuse(key, `${shown(value)} is no size of a block`);
  }

  /** Modules that a list names; one that names none of this model is refused, since its meaning is unknown. */
  names(key: string, kind: Names): (module: string) => boolean {
    const list = this.get(key);
    if (list === undefined) return () => false;
    const refuse = (reason: string, i: number) => this.refuse(key, reason, [i]);
    return nameList(Array.isArray(list) ? list : [list], kind, this.#matmuls, refuse);
  }
}

/** One format for every matrix of the layers but those that are named; router and lm_head keep theirs. */
function layersIn(
  format: WeightFormat | undefined,
  isOther: (module: string) => boolean,
  and: readonly string[] = [],
): Storage {
  const isLayer = (module: string) => module.startsWith('layers.') && !ROUTER.test(module);
  return {
    formatOf: (module) => ((isLayer(module) || and.includes(module)) && !isOther(module) ? format : undefined),
  };
}

const ROUTER = /\.(gate|router|gate\.wg|router\.layer)$/;

const READERS: Readonly<Record<string, Reader>> = {
  fp8: fineFp8,
  fbgemm_fp8: fbgemm,
  mxfp4: microscaled,
  gptq,
  awq,
  'compressed-tensors': compressedTensors,
  modelopt,
  mlx,
};

function fineFp8(config: Reading): Storage | undefined {
  const size = config.get('weight_block_size');
  const [lines, block] = Array.isArray(size) ? size : (['all', 'k'] as const);
  if (size !== undefined && !(isSize(lines) && isSize(block)))
    return config.refuse('weight_block_size', `${shown(size)} is no block`);
  const format = config.format('weight_block_size', { kind: 'float', bits: 8, block, lines, zeroPoints: false });
  const key = config.get('ignored_layers') === undefined ? 'modules_to_not_convert' : 'ignored_layers';
  const fmt = config.get('fmt');
  if (fmt !== undefined && !/e4m3/i.test(String(fmt)))
    return config.refuse('fmt', `${shown(fmt)}: no format here is that`);
  if (config.get('activation_scheme') !== undefined) config.note('activation_scheme', UNQUANTIZED);
  return layersIn(format, config.names(key, 'components'));
}

const UNQUANTIZED =
  'quantizes activations when it runs; they are measured as the model computes in, and `a:` of a suite asks for others';

function fbgemm(config: Reading): Storage {
  const format = config.format('quant_method', { kind: 'float', bits: 8, block: 'k', lines: 1, zeroPoints: false });
  return layersIn(format, config.names('modules_to_not_convert', 'components'));
}

function microscaled(config: Reading): Storage {
  const format = config.format('quant_method', { kind: 'float', bits: 4, block: 32, lines: 1, zeroPoints: false });
  return layersIn(format, config.names('modules_to_not_convert', 'components'));
}

function gptq(config: Reading): Storage | undefined {
  const block = config.block('group_size');
  const zeroPoints = config.get('sym') === false;
  if (config.get('modules_in_block_to_quantize') !== undefined)
    return config.refuse('modules_in_block_to_quantize', 'some modules are converted and others not');
  const format = integers(config, 'bits', { block, zeroPoints });
  return layersIn(format, gptqExceptions(config), config.get('lm_head') === true ? ['lm_head'] : []);
}

/** GPTQModel's `dynamic`: patterns of modules that are left as they are (`-:`), or converted otherwise. */
function gptqExceptions(config: Reading): (module: string) => boolean {
  const dynamic = config.get('dynamic');
  if (typeof dynamic !== 'object' || dynamic === null) return () => false;
  const patterns = Object.keys(dynamic);
  const other = patterns.find((pattern) => !pattern.startsWith('-:'));
  if (other !== undefined) config.refuse('dynamic', `${other} converts some modules otherwise than the rest`);
  const regexes = patterns.map((pattern) => new RegExp(pattern.slice(2)));
  return (module) => regexes.some((regex) => regex.test(`model.${module}`));
}

function awq(config: Reading): Storage | undefined {
  const bits = config.get('bits') === undefined ? 'w_bit' : 'bits';
  const block = config.block(config.get('group_size') === undefined ? 'q_group_size' : 'group_size', 128);
  const format = integers(config, bits, { block, zeroPoints: config.get('zero_point') !== false });
  return layersIn(format, config.names('modules_to_not_convert', 'components'));
}

const MLX_KEYS = ['group_size', 'bits', 'mode', 'quant_method', 'linear_class', 'quantize_embeddings'];

/** MLX: integers with a scale and an offset for each block, embeddings and lm_head too. */
function mlx(config: Reading): Storage | undefined {
  const mode = config.get('mode') ?? 'affine';
  const other = config.keys.find((key) => !MLX_KEYS.includes(key));
  if (other !== undefined) return config.refuse(other, `${shown(config.get(other))} converts a module otherwise`);
  if (mode !== 'affine') return config.refuse('mode', `${shown(mode)} is not read`);
  const format = integers(config, 'bits', { block: config.block('group_size', 64), zeroPoints: true });
  return { formatOf: () => format };
}

function integers(
  config: Reading,
  key: string,
  { block, zeroPoints }: { readonly block: number | 'k' | undefined; readonly zeroPoints: boolean },
): WeightFormat | undefined {
  const bits = config.get(key);
  if (!isSize(bits)) return config.refuse(key, `${shown(bits)} is no number of bits`);
  return block === undefined ? undefined : config.format(key, { kind: 'int', bits, block, lines: 1, zeroPoints });
}

function modelopt(config: Reading): Storage | undefined {
  const algorithm = config.get('quant_algo');
  const codes = MODELOPT[String(algorithm)];
  if (codes === undefined) return config.refuse('quant_algo', `${shown(algorithm)} is not read`);
  const format = config.format('quant_algo', codes);
  const key = config.get('exclude_modules') === undefined ? 'ignore' : 'exclude_modules';
  const isOther = config.names(key, 'globs');
  return { formatOf: (module) => (isOther(module) || ROUTER.test(module) ? undefined : format) };
}

const MODELOPT: Readonly<Record<string, Codes>> = {
  FP8: { kind: 'float', bits: 8, block: 'k', lines: 'all', zeroPoints: false },
  NVFP4: { kind: 'float', bits: 4, block: 16, lines: 1, zeroPoints: false },
  MXFP4: { kind: 'float', bits: 4, block: 32, lines: 1, zeroPoints: false },
  MXFP8: { kind: 'float', bits: 8, block: 32, lines: 1, zeroPoints: false },
};

/** compressed-tensors: groups of modules by pattern, each with a scheme; `Linear` is every linear layer. */
function compressedTensors(config: Reading): Storage | undefined {
  const groups = config.get('config_groups');
  if (typeof groups !== 'object' || groups === null) return config.refuse('config_groups', 'is missing');
  const sparsity = config.get('sparsity_config');
  if (typeof sparsity === 'object' && sparsity !== null && ((sparsity as Values).format ?? 'dense') !== 'dense')
    return config.refuse('sparsity_config', `${shown((sparsity as Values).format)}: sparse weights are no GEMM here`, [
      'format',
    ]);
  const isIgnored = config.names('ignore', 'patterns');
  if (config.get('ignore') === undefined)
    config.note('config_groups', 'without `ignore` converts every linear layer, lm_head too');
  const isOther = (module: string) => isIgnored(module) || ROUTER.test(module);
  const schemes = Object.entries(groups).map(([name, group]) => schemeOf(config, name, group));
  if (schemes.some((scheme) => scheme === undefined)) return undefined;
  const known = schemes.filter((scheme) => scheme !== undefined);
  // What is named counts before what is only a linear layer.
  const ordered = [...known.filter(({ all }) => !all), ...known.filter(({ all }) => all)];
  return {
    formatOf: (module) =>
      isOther(module) ? undefined : ordered.find(({ all, isNamed }) => all || isNamed(module))?.format,
  };
}

function schemeOf(config: Reading, name: string, group: unknown) {
  const { weights, targets = ['Linear'], input_activations } = (group ?? {}) as Values;
  const { num_bits, type = 'int', strategy, group_size, block_structure, symmetric = true } = (weights ?? {}) as Values;
  const bits = isSize(num_bits) ? num_bits : 0;
  const block = isSize(group_size) ? group_size : 'k';
  const square = Array.isArray(block_structure) ? block_structure : [];
  if (strategy === 'group' && !isSize(group_size))
    return config.refuse('config_groups', `${shown(group_size)} is no size of a block`, [
      name,
      'weights',
      'group_size',
    ]);
  const codes: Codes = {
    kind: type === 'float' ? 'float' : 'int',
    bits,
    block: square.length === 2 ? square[1] : block,
    lines: square.length === 2 ? square[0] : strategy === 'tensor' ? 'all' : 1,
    zeroPoints: symmetric === false,
  };
  const format = formatOfCodes(codes);
  if (format === undefined)
    return config.refuse('config_groups', `${codesText(codes)}: no format here is that`, [name, 'weights']);
  if (input_activations) config.note('config_groups', UNQUANTIZED);
  const list = Array.isArray(targets) ? targets : [targets];
  const refuse = (reason: string, i: number) => config.refuse('config_groups', reason, [name, 'targets', i]);
  const named = list.filter((target) => target !== 'Linear');
  return { format, all: named.length < list.length, isNamed: nameList(named, 'patterns', [], refuse) };
}

/** What the checkpoint stores, by part; nothing where every part is in the model's own format. */
export function storageOf(
  fields: Fields,
  name: string,
  values: unknown,
  matmuls: readonly MatmulModules[],
): Storage | undefined {
  if (typeof values !== 'object' || values === null)
    return fields.refuseValue(name, 'weights', 'is no mapping') ?? undefined;
  const config = new Reading(fields, name, values as Values, matmuls);
  const [absent] = absentFormats(values as Values);
  if (absent) return config.refuse(absent.key, absent.reason, absent.at);
  const method = config.get('quant_method') ?? (config.get('quant_algo') ? 'modelopt' : 'mlx');
  const reader = Object.hasOwn(READERS, String(method)) ? READERS[String(method)] : undefined;
  if (reader === undefined) return config.refuse('quant_method', `${shown(method)} is not read`);
  return reader(config);
}
