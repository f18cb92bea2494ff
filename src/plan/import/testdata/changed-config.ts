/** A published config with some fields changed, and what becomes of it. */
import { SpecError } from '../../spec/spec-error.ts';
import { parseSuite } from '../../suite/parse.ts';
import { importText } from '../import.ts';
import type { ImportOptions } from '../options.ts';
import { toYaml } from '../to-suite.ts';
import { configs } from './configs.ts';

export const CONFIGS = configs();
export type Config = Readonly<Record<string, unknown>>;

/** A published config with some fields changed; undefined takes one out. */
export function changed(name: string, fields: Config): Config {
  return { ...CONFIGS.get(name), ...fields };
}

export function imported(config: Config, options?: ImportOptions) {
  const found = importText({ file: 'org/some-model/config.json', text: JSON.stringify(config, null, 1) }, options);
  if (found === undefined) throw new Error('not seen to be a config.json');
  return found;
}

export function modelOf(config: Config, options?: ImportOptions) {
  const model = parseSuite(toYaml(imported(config, options)), 'x').models[0]?.model;
  if (model === undefined) throw new Error('no model');
  return model;
}

export function refusal(config: Config, options?: ImportOptions): string {
  try {
    imported(config, options);
  } catch (error) {
    if (error instanceof SpecError) return error.message.replace(/^org\/some-model\/config\.json:\d+:\d+: /, '');
    throw error;
  }
  throw new Error('not refused');
}

export const LLAMA = 'meta-llama/Llama-3.2-1B';
