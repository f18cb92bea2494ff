/** A field with a value that no program expects is refused, or changes nothing: it never makes another model. */
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../spec/spec-error.ts';
import { importText } from '../import.ts';
import { configs } from '../testdata/configs.ts';

type Config = Readonly<Record<string, unknown>>;

const ODD: readonly unknown[] = ['many', -1, 1.5, { some: 1 }, [1.5], '64'];

/** The models of a config as the suite has them; undefined where it is refused. */
function modelsOf(config: Config): string | undefined {
  try {
    const found = importText({ file: 'org/some/config.json', text: JSON.stringify(config) });
    return JSON.stringify(found?.suite.models);
  } catch (error) {
    if (error instanceof SpecError) return undefined;
    throw error;
  }
}

/** The config with one field changed, in its text_config where it has one. */
function withField(config: Config, name: string, value: unknown): Config {
  const { text_config: text } = config as { text_config?: Config };
  return text ? { ...config, text_config: { ...text, [name]: value } } : { ...config, [name]: value };
}

describe.each([...configs()])('%s', (_, config) => {
  const own = modelsOf(config);
  const { text_config: text } = config as { text_config?: Config };
  const names = Object.keys(text ?? config);

  it('is read', () => expect(own).toBeDefined());

  it('is refused, or the same, with odd values in any of its fields', () => {
    const other = names.flatMap((name) =>
      ODD.flatMap((value) => {
        const models = modelsOf(withField(config, name, value));
        return models === undefined || models === own ? [] : [`${name}: ${JSON.stringify(value)}`];
      }),
    );
    expect(other).toEqual([]);
  });

  it('is refused, or the same, without a field, or has what its class has', () => {
    const other = names.flatMap((name) => {
      const models = modelsOf(withField(config, name, undefined));
      return models === undefined || models === own ? [] : [name];
    });
    const usual = [...USUAL, ...(text ? OF_PARTS : [])];
    expect(other.filter((name) => !usual.includes(name))).toEqual([]);
  });
});

/** Fields that are something else where they are absent: what, is tested in fields.test.ts. */
const USUAL: readonly string[] = [
  ...['num_key_value_heads', 'head_dim', 'torch_dtype', 'tie_word_embeddings', 'max_position_embeddings'],
  ...[
    'sliding_window',
    'layer_types',
    'sliding_window_pattern',
    'quantization_config',
    'attention_bias',
    'n_positions',
  ],
];

/** And of a text_config, which holds differences from its class. */
const OF_PARTS = [
  ...['hidden_size', 'intermediate_size', 'num_hidden_layers', 'interleave_moe_layer_step', 'num_local_experts'],
];
