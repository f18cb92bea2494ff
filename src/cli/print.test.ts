import { describe, expect, it } from 'vitest';
import type { Document } from '../report/document/document.ts';
import { RENDERERS } from '../report/document/renderers.ts';
import { PLAIN } from '../report/style.ts';
import { FORMATS } from './options.ts';
import { printAs } from './print.ts';

const document: Document = { title: 'found', sections: [{ blocks: [{ kind: 'text', text: 'two cases' }] }] };

function printed(format: string, json = false): string {
  let text = '';
  const out = (more: string) => {
    text += more;
  };
  const io = { out, err: () => {}, cwd: '.', environment: {}, style: PLAIN, columns: null };
  printAs(io, { format, json }, { data: { cases: 2 }, document });
  return text;
}

describe('a document', () => {
  it.each(FORMATS.format.choices)('is printed as %s', (format) => {
    expect(printed(format)).toContain(format === 'json' ? '"cases": 2' : 'two cases');
  });

  it('has every renderer for a form, and differs in each', () => {
    expect(Object.keys(RENDERERS).every((name) => FORMATS.format.choices.includes(name))).toBe(true);
    expect(new Set(FORMATS.format.choices.map((format) => printed(format))).size).toBe(FORMATS.format.choices.length);
  });

  it('is one of JSON where that is asked for besides', () => {
    expect(JSON.parse(printed('markdown', true))).toEqual({ cases: 2 });
  });
});
