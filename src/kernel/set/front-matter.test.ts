import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readFrontMatter } from './front-matter.ts';

const NAIVE = readFileSync('kernels/naive.wgsl', 'utf8');
const read = (text: string) => readFrontMatter('kernels/x.wgsl', text);

describe('front matter', () => {
  it('leaves the body as it was written', () => {
    expect(NAIVE.endsWith(read(NAIVE).body)).toBe(true);
    expect(read(NAIVE).body).toMatch(/^\n@compute/);
  });

  it.each([
    ['no front matter', (text: string) => text.replace('// ---', ''), '1:1: a kernel file starts with front matter'],
    ['no end', (text: string) => text.replaceAll('\n// ---', ''), 'front matter ends here without its closing line'],
    ['an unknown ABI', (text: string) => text.replace('Abi: 2', 'Abi: 3'), '3:15: kernelAbi 3 is not known'],
    [
      'an unknown version',
      (text: string) => text.replace('Matter: 2', 'Matter: 9'),
      '2:17: frontMatter 9 is not known',
    ],
    ['a missing version', (text: string) => text.replace('// frontMatter: 2\n', ''), 'frontMatter is missing; add'],
    [
      'an unknown format',
      (text: string) => text.replace('w: weights', 'w: [f32, fp6]'),
      '7:15: formats.w.1: Invalid option',
    ],
    [
      'an unknown key',
      (text: string) => text.replace('grouped: true', 'groups: true'),
      'Invalid input: expected boolean',
    ],
    [
      'a broken condition',
      (text: string) => text.replace('vouches:', 'only: [{if: m <= lots, because: none at all}]\n// vouches:'),
      'got "lots" at character 6',
    ],
    [
      'a default outside',
      (text: string) => text.replace('default: 8', 'default: 7'),
      'tile.m: default must be one of values',
    ],
    [
      'textures of half floats',
      (text: string) => text.replace('// bias: true', '// bias: true\n// requires: [shader-f16]\n// textures: [a]'),
      'textures: a kernel that requires shader-f16 reads its operands from buffers',
    ],
    ['broken YAML', (text: string) => text.replace('[nn, nt, tn, tt]', '[nn, nt'), 'kernels/x.wgsl:'],
  ])('refuses %s, saying where', (_what, spoil, message) => {
    const text = spoil(NAIVE);
    expect(text).not.toBe(NAIVE);
    expect(() => read(text)).toThrow(message);
  });
});

describe('a file of several kernels', () => {
  const variant = (text: string, lines: string[]) =>
    text.replace(/^(\/\/ vouches:.*)$/m, `$1\n// variants:\n${lines.map((line) => `//   ${line}`).join('\n')}`);

  it('has one for each weight format where its name says {w}, which stands for that format everywhere', () => {
    const text = NAIVE.replace('name: naive', 'name: "{w}-naive"')
      .replace('w: weights', 'w: [mxfp4, nvfp4]')
      .replace('a: activations', 'a: ["{w}"]')
      .replace('one thread computes', 'for {w}, one thread computes');
    const found = read(text).kernels.map(({ described: { name, formats, technique } }) => ({
      name,
      ...formats,
      technique: technique.slice(0, 9),
    }));
    expect(found).toMatchObject([
      { name: 'mxfp4-naive', w: ['mxfp4'], a: ['mxfp4'], technique: 'for mxfp4' },
      { name: 'nvfp4-naive', w: ['nvfp4'], a: ['nvfp4'], technique: 'for nvfp4' },
    ]);
  });

  it('has its variants, which say some things otherwise', () => {
    const { kernels } = read(variant(NAIVE, ['- {name: other, textures: [b], preferred: [], builds-on: naive}']));
    expect(
      kernels.map(({ described: { name, textures, preferred, buildsOn } }) => [
        name,
        textures,
        preferred.length,
        buildsOn,
      ]),
    ).toEqual([
      ['naive', [], 1, undefined],
      ['other', ['b'], 0, 'naive'],
    ]);
  });

  it.each([
    [
      'a wrong value of a variant',
      ['- {name: other}', '- {name: Third}'],
      /:\d+:\d+: variants\.1\.name: expected words/,
    ],
    ['an unknown key of a variant', ['- {name: other, colour: red}'], /Unrecognized key/],
    ['variants that are none', ['some: thing'], /Unrecognized key: "variants"/],
  ])('refuses %s', (_, lines, message) => {
    expect(() => read(variant(NAIVE, lines))).toThrow(message);
  });
});

describe('preferences as data', () => {
  it.each([
    ['a name that is none', "- {if: GPUS, rank: 1, because: 'because it is'}", /preferred\.1\.if: .*got "GPUS"/],
    ['a rank that is none', "- {rank: 0, because: 'because it is'}", /preferred\.1\.rank/],
  ])('refuses %s, saying where', (_, line, message) => {
    expect(() => read(NAIVE.replace('\n// vouches:', `\n//   ${line}\n// vouches:`))).toThrow(message);
  });

  it('refuses a cut to sizes that the kernel does not take', () => {
    const text = NAIVE.replace(
      '// vouches:',
      "// cuts: [{if: n < 9, tile: {m: 3}, because: 'no such tile'}]\n// vouches:",
    );
    expect(() => read(text)).toThrow('cuts.0.tile.m: 3 is not one of the sizes it takes: 1, 2, 4, 8, 16');
  });
});

describe('version 1', () => {
  const OLD = readFileSync('src/kernel/testdata/version-1/gemv-direct.wgsl', 'utf8');

  it('is read as what version 2 says', () => {
    const [{ described } = { described: undefined }] = read(OLD).kernels;
    expect(described?.only.map((condition) => condition.if.text)).toEqual(['m <= 64', 'TILE_M == THREAD_M']);
    expect(described?.preferred.map(({ rank }) => rank)).toEqual([60]);
    expect(described).toMatchObject({ name: 'gemv-direct', mostThreads: Number.POSITIVE_INFINITY });
  });

  it('has its own keys, and goes with its own ABI', () => {
    expect(() => read(OLD.replace('serves:', 'only:'))).toThrow('Unrecognized key: "only"');
    expect(() => read(OLD.replace('kernelAbi: 1', 'kernelAbi: 2'))).toThrow(
      'kernelAbi 2 does not go with frontMatter 1',
    );
  });
});
