import { describe, expect, it } from 'vitest';
import { exampleRecord } from '../../record/testdata/example.ts';
import { factsOf } from './runs.ts';

describe('facts of a run', () => {
  it('name the family and what else may explain a change', () => {
    const { family, surroundings, commit } = factsOf(exampleRecord());
    expect(family).toBe('mesa software');
    expect(commit).toMatch(/^831ef61a/);
    expect(surroundings).toMatchObject({ driver: 'Mesa 25.0.7', Dawn: '0.6.2', runtime: 'node 20.20.2' });
  });
});
