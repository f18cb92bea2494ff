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
    ['an unknown ABI', (text: string) => text.replace('Abi: 1', 'Abi: 2'), '3:15: kernelAbi 2 is not known'],
    [
      'an unknown version',
      (text: string) => text.replace('Matter: 1', 'Matter: 9'),
      '2:17: frontMatter 9 is not known',
    ],
    ['a missing version', (text: string) => text.replace('// frontMatter: 1\n', ''), 'frontMatter is missing; add'],
    [
      'an unknown format',
      (text: string) => text.replace('bf16, mxfp4', 'fp8, mxfp4'),
      '7:20: formats.w.2: Invalid option',
    ],
    [
      'an unknown key',
      (text: string) => text.replace('grouped: true', 'groups: true'),
      'Invalid input: expected boolean',
    ],
    ['a broken condition', (text: string) => text.replace('<= 256', '<= lots'), 'got "lots" at character 20'],
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
    ['broken YAML', (text: string) => text.replace('[nn, nt, tn]', '[nn, nt'), 'kernels/x.wgsl:'],
  ])('refuses %s, saying where', (_what, spoil, message) => {
    const text = spoil(NAIVE);
    expect(text).not.toBe(NAIVE);
    expect(() => read(text)).toThrow(message);
  });
});
