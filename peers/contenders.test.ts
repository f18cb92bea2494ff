import { beforeAll, describe, expect, it } from 'vitest';
import type { DeviceFacts } from '../src/engine/port.ts';
import { shippedKernels } from '../src/experiment/setup/selection.ts';
import { shapeClass } from '../src/kernel/select/shape-class.ts';
import type { KernelSet } from '../src/kernel/set/kernel.ts';
import { CATALOGUE } from './catalogue.ts';
import { belongs, entryOf, type Field, type FieldRequest, fieldOf } from './contenders.ts';
import { caseOf } from './shapes.ts';

let kernels: KernelSet;
beforeAll(async () => {
  kernels = await shippedKernels();
});

const FACTS: DeviceFacts = {
  ...{
    source: 'system-software',
    vendor: '',
    architecture: '',
    device: '',
    description: '',
    backend: 'vulkan',
    driver: '',
  },
  ...{ features: [], limits: {}, toggles: [], timestamps: false, simulated: false },
};

function field(
  format: 'f32' | 'int4',
  mnk: readonly [number, number, number],
  out = new Map<string, string>(),
  limits: Pick<FieldRequest, 'classes' | 'tuned'> = {},
): Field {
  const request = { kernels, entries: CATALOGUE, out, facts: FACTS, ...limits };
  const found = fieldOf(caseOf({ format, mnk, from: 'a test' }), request);
  if ('status' in found) throw new Error(found.detail);
  return found;
}

describe('who competes', () => {
  it('is our best kernel, our other formats and every library, each under a name of its own', () => {
    const { contenders, reference } = field('f32', [64, 64, 64]);
    const names = contenders.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(contenders.filter(({ classes }) => classes.includes('best'))).toHaveLength(1);
    expect(contenders.filter(({ classes }) => classes.includes('f16'))).toHaveLength(1);
    expect(names).toEqual(expect.arrayContaining(CATALOGUE.map(({ name }) => name)));
    expect(reference).not.toBeNull();
  });

  it('runs a program once, however many classes it is the best of', () => {
    const { contenders } = entryOf(field('f32', [64, 64, 64]));
    const programs = contenders.map(({ source }) => JSON.stringify(source));
    expect(new Set(programs).size).toBe(programs.length);
  });

  it('on 4-bit weights is asked by each accuracy level, and other 4-bit formats stand beside', () => {
    const { contenders } = field('int4', [1, 64, 64]);
    const names = contenders.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['onnxruntime-webgpu accuracy-0', 'onnxruntime-webgpu accuracy-4']));
    expect(names).not.toContain('tfjs-webgpu');
    expect(contenders.flatMap(({ classes }) => classes)).toEqual(
      expect.arrayContaining(['best', 'mxfp4', 'nvfp4', 'int4-int8', 'mxfp4-int8']),
    );
    const loose = contenders.find(({ name }) => name === 'onnxruntime-webgpu accuracy-4');
    expect(loose?.errorScale).toBeGreaterThan(100);
  });

  it('is fewer of our kernels when only some classes are asked for', () => {
    const { contenders } = field('f32', [64, 64, 64], new Map(), { classes: ['best'] });
    expect(contenders.flatMap(({ classes }) => classes)).toEqual(['best']);
  });

  it('follows what was tuned, within each class', () => {
    const item = caseOf({ format: 'f32', mnk: [64, 64, 64], from: 'a test' });
    const { name = '', hash = '' } = kernels.kernels.find((kernel) => kernel.name === 'shared-tile') ?? {};
    const tuned = new Map([
      [shapeClass(item.problem), [{ kernel: { name, hash }, choice: {}, ruleWon: false, tuning: 'abc' }]],
    ]);
    const { contenders } = field('f32', [64, 64, 64], new Map(), { classes: ['best', 'portable'], tuned });
    expect(contenders.find(({ classes }) => classes.includes('best'))?.name).toMatch(/^shared-tile /);
    const untuned = field('f32', [64, 64, 64], new Map(), { classes: ['best'] });
    expect(untuned.contenders.find(({ classes }) => classes.includes('best'))?.name).not.toMatch(/^shared-tile /);
  });

  it('leaves out who would take seconds, and says so', () => {
    const loop = field('f32', [1024, 1024, 1024]).contenders.find(({ name }) => name === 'js-loop');
    expect(loop).toMatchObject({ reason: expect.stringContaining('would take seconds') });
    expect(loop).not.toHaveProperty('contender');
  });

  it('leaves out who did not pass its trial, with that reason', () => {
    const { contenders } = field('f32', [64, 64, 64], new Map([['jax-js', 'ends its process']]));
    expect(contenders.find(({ name }) => name === 'jax-js')).toMatchObject({ reason: 'ends its process' });
  });
});

describe('classes of kernels', () => {
  const plain = { textures: [], requires: [] };
  const subgroups = { textures: [], requires: ['subgroups'] };
  const textures = { textures: ['a', 'b'], requires: ['subgroups'] } as const;

  it.each([
    ['best', [true, true, true]],
    ['storage-buffer', [true, true, false]],
    ['portable', [true, false, false]],
    ['texture-fed', [false, false, true]],
  ] as const)('%s', (name, expected) => {
    expect([plain, subgroups, textures].map((kernel) => belongs(kernel, name))).toEqual(expected);
  });
});
