/**
 * Adapter information, read field by field. Some fields are specific to Chromium and missing in the standard types, and bindings
 * may rename them. So a missing field is an error and does not mean that the device lacks the property.
 */
import type { SubgroupMatrix } from '../../kernel/device.ts';
import { EngineError } from '../port.ts';

const INFO = 'adapter.info';

/** The driver's description of an adapter; empty if there is none. */
export interface AdapterNames {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
}

/** @throws EngineError `device-error` that names the field, as the other two */
export function readNames(info: unknown): AdapterNames {
  return {
    vendor: text(info, 'vendor', INFO),
    architecture: text(info, 'architecture', INFO),
    device: text(info, 'device', INFO),
    description: text(info, 'description', INFO),
  };
}

/** Subgroup size [min, max]; undefined if a browser does not report it. Only for devices with subgroups. */
export function readSubgroupSize(info: unknown): readonly [number, number] | undefined {
  const names = ['subgroupMinSize', 'subgroupMaxSize'] as const;
  if (names.every((name) => get(info, name, INFO) === undefined)) return undefined;
  return [positive(info, names[0], INFO), positive(info, names[1], INFO)];
}

/**
 * The matrix products of a subgroup, in the driver's order, as Dawn's Node binding names their parts. Only for devices with the
 * feature; empty if the driver reports no sizes.
 */
export function readSubgroupMatrices(info: unknown): SubgroupMatrix[] {
  const at = `${INFO}.subgroupMatrixConfigs`;
  const configs = get(info, 'subgroupMatrixConfigs', INFO);
  if (!isIterable(configs)) throw unlike(at, 'a list', configs);
  return Array.from(configs, (config, i) => ({
    m: positive(config, 'M', `${at}[${i}]`),
    n: positive(config, 'N', `${at}[${i}]`),
    k: positive(config, 'K', `${at}[${i}]`),
    component: text(config, 'componentType', `${at}[${i}]`),
    result: text(config, 'resultComponentType', `${at}[${i}]`),
  }));
}

/** `isFallbackAdapter` moved from the adapter to its info; browsers and Dawn versions differ. */
export function isFallback(adapter: GPUAdapter): boolean {
  const flag = 'isFallbackAdapter' in adapter.info ? adapter.info.isFallbackAdapter : undefined;
  return Boolean(flag ?? ('isFallbackAdapter' in adapter && adapter.isFallbackAdapter));
}

/** In the names of adapters that compute on the CPU. */
export const SOFTWARE_NAME = /llvmpipe|lavapipe|swiftshader|softpipe|\bwarp\b|basic render|subzero/i;

function text(from: unknown, name: string, at: string): string {
  const value = get(from, name, at);
  if (typeof value === 'string') return value;
  throw unlike(`${at}.${name}`, 'a string', value);
}

function positive(from: unknown, name: string, at: string): number {
  const value = get(from, name, at);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw unlike(`${at}.${name}`, 'a positive integer', value);
}

/** Properties may be getters of a prototype. */
function get(from: unknown, name: string, at: string): unknown {
  if (typeof from === 'object' && from !== null) return Reflect.get(from, name);
  throw unlike(at, 'an object', from);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function unlike(what: string, expected: string, found: unknown): EngineError {
  const shown = typeof found === 'object' && found !== null ? 'an object' : (JSON.stringify(found) ?? String(found));
  return new EngineError('device-error', `${what}: expected ${expected}, got ${shown}; this Dawn names it otherwise`);
}
