import { describe, expect, it } from 'vitest';
import { renderPage } from './shell.ts';
import { MADE } from './testdata/places.ts';

describe('the menu', () => {
  it('leads to what compilers made only where a store has some of it', () => {
    const page = { path: 'index.html', title: 'x', main: [], made: MADE };
    expect(renderPage(page)).toContain('>Compilers</a>');
    expect(renderPage({ ...page, made: { ...MADE, isInspected: false } })).not.toContain('Compilers');
  });
});
