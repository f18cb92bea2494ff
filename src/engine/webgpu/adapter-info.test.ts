import { describe, expect, it } from 'vitest';
import { EngineError } from '../port.ts';
import { readNames, readSubgroupMatrices, readSubgroupSize } from './adapter-info.ts';

/** As dawn.node 0.6.2 makes them: getters of a prototype, no properties of their own. */
class Config {
  readonly #parts: readonly [string, string, number, number, number];
  constructor(...parts: [string, string, number, number, number]) {
    this.#parts = parts;
  }
  get componentType() {
    return this.#parts[0];
  }
  get resultComponentType() {
    return this.#parts[1];
  }
  get M() {
    return this.#parts[2];
  }
  get N() {
    return this.#parts[3];
  }
  get K() {
    return this.#parts[4];
  }
}

const INFO = { vendor: 'amd', architecture: 'rdna-3', device: '', description: 'radv' };

describe('what an adapter says of itself', () => {
  it('is read by name', () => {
    expect(readNames({ ...INFO, more: 1 })).toEqual(INFO);
    expect(readSubgroupSize({ ...INFO, subgroupMinSize: 32, subgroupMaxSize: 64 })).toEqual([32, 64]);
    expect(readSubgroupSize(INFO)).toBeUndefined();
  });

  it('lists matrix products in the driver’s order, results included', () => {
    const subgroupMatrixConfigs = [new Config('f16', 'f32', 16, 8, 32), new Config('i8', 'i32', 8, 8, 16)];
    expect(readSubgroupMatrices({ subgroupMatrixConfigs })).toEqual([
      { m: 16, n: 8, k: 32, component: 'f16', result: 'f32' },
      { m: 8, n: 8, k: 16, component: 'i8', result: 'i32' },
    ]);
    expect(readSubgroupMatrices({ subgroupMatrixConfigs: [] })).toEqual([]);
  });

  const whole = { componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 };
  it.each([
    [
      'another name',
      { ...whole, resultComponentType: undefined, resultType: 'f32' },
      /\[0\]\.resultComponentType: expected a string, got undefined/,
    ],
    ['no size', { ...whole, K: 0 }, /\[0\]\.K: expected a positive integer, got 0/],
    ['a number in words', { ...whole, M: '16' }, /\[0\]\.M: expected a positive integer, got "16"/],
    ['nothing', null, /\[0\]: expected an object, got null/],
  ])('refuses %s, naming the field', (_, config, message) => {
    const read = () => readSubgroupMatrices({ subgroupMatrixConfigs: [config] });
    expect(read).toThrow(EngineError);
    expect(read).toThrow(message);
  });

  it('refuses a list that is missing or none, and names that are none', () => {
    expect(() => readSubgroupMatrices(INFO)).toThrow(
      'adapter.info.subgroupMatrixConfigs: expected a list, got undefined',
    );
    expect(() => readSubgroupMatrices({ subgroupMatrixConfigs: 3 })).toThrow('expected a list, got 3');
    expect(() => readNames({ ...INFO, vendor: 4318 })).toThrow('adapter.info.vendor: expected a string, got 4318');
    expect(() => readNames(undefined)).toThrow('adapter.info: expected an object, got undefined');
    expect(() => readSubgroupSize({ subgroupMinSize: 32 })).toThrow('adapter.info.subgroupMaxSize');
  });
});
