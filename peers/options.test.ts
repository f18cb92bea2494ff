import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('the command line', () => {
  it('has defaults that give intervals', () => {
    expect(readOptions([])).toMatchObject({ processes: 6, blocks: 7, adapter: 'auto', shapes: null, json: false });
    expect(readOptions([])).toMatchObject({ classes: null, results: 'results' });
  });

  it('follows no tuning when told so', () => {
    expect(readOptions(['--no-tuning', '--results', 'r'])).toMatchObject({ results: null });
  });

  it('reads every option', () => {
    const args =
      '--suite a --suite b --filter m<=4 --processes 2 --only js-loop,jax-js --classes best,f16 --results r --adapter embedded --plot p.svg --json';
    expect(readOptions(args.split(' '))).toMatchObject({
      suites: ['a', 'b'],
      filters: ['m<=4'],
      processes: 2,
      only: ['js-loop', 'jax-js'],
      classes: ['best', 'f16'],
      results: 'r',
      adapter: 'embedded',
      plot: 'p.svg',
      json: true,
    });
  });

  it.each([
    ['--processes 0', 'expected a positive integer'],
    ['--processes three', 'expected a positive integer, got "three"'],
    ['--classes best,fast', 'no class "fast"; there are best, storage-buffer'],
    ['--nonsense', '--help lists the options'],
    ['stray', '--help lists the options'],
  ])('refuses %s', (text, message) => {
    expect(() => readOptions(text.split(' '))).toThrow(message);
  });
});
