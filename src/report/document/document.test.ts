import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODE, COUNT, SECONDS, TEXT } from '../quantities.ts';
import { renderCsv } from './csv.ts';
import { answer, commands, type Document, facts, lines, section, type Table, text, withCode } from './document.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { type ColumnOf, column, groupedTable, type Remarks, tableOf } from './table.ts';
import { renderText } from './text.ts';

interface Item {
  readonly name: string;
  readonly many: number;
  readonly took?: number;
}

const COLUMNS: readonly ColumnOf<Item>[] = [
  column('what', TEXT, ({ name }) => name),
  column('how_many', COUNT, ({ many }) => many),
  column('took', SECONDS, ({ took }) => took),
];
const ITEMS: readonly Item[] = [
  { name: 'a|b', many: 1, took: 2.5e-3 },
  { name: 'c', many: 1000 },
];

const page: Document = {
  title: 'A page',
  lead: 'What it is about.',
  summary: 'It ended well.',
  sections: [
    {
      title: 'Everything',
      blocks: [
        facts(['name', 'a value long enough to need another line'], ['n', 'x']),
        text('Prose that is a little longer than the width allows.'),
        tableOf(COLUMNS, ITEMS),
        answer('Why?', 'Because.'),
        commands('again:', ['do --this', 'do --that']),
        lines([[{ text: 'bad', tone: 'bad' }, ' line'], withCode('run `x_y`')], 'quiet'),
      ],
    },
  ],
};

const tag = (name: string) => (content: string) => `<${name}>${content}</${name}>`;
const MARKED = { bold: tag('b'), dim: tag('d'), good: tag('g'), warn: tag('w'), bad: tag('r') };

describe('text', () => {
  it('wraps prose, hangs values, aligns numbers to the right, and ends with the outcome', () => {
    expect(renderText(page, { width: 36 })).toMatchInlineSnapshot(`
      "A page
      What it is about.

      Everything
        name  a value long enough to need
              another line
        n     x

        Prose that is a little longer than
        the width allows.
        what  how_many     took
        a|b          1  2.50 ms
        c         1000

        Why?
          Because.

        again:
          do --this
          do --that

        bad line
        run x_y
      It ended well.
      "
    `);
  });

  it('keeps every word, on lines within the width', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 60 }), (list, width) => {
        const shown = renderText({ title: 't', sections: section('s', text(list.join(' '))) }, { width });
        const prose = shown.split('\n').slice(3);
        expect(prose.join(' ').trim().split(/ +/)).toEqual(list);
        for (const line of prose) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('lines columns up whatever they hold, as wide as a terminal shows it', () => {
    const name = fc.array(fc.constantFrom('a', 'µ', '×', '漢', 'é', '🚀', ' x'), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
        const items = names.map((parts) => ({ name: `${parts.join('')}.`, many: 7 }));
        const shown = renderText({ sections: [{ blocks: [tableOf(COLUMNS, items)] }] });
        const rows = shown.trimEnd().split('\n').slice(1);
        // Every number ends where the heading of its column does; wide characters take two columns, é and the rest one.
        const width = (line: string) => [...line].reduce((sum, one) => sum + (/[漢🚀]/u.test(one) ? 2 : 1), 0);
        expect(new Set(rows.map(width)).size).toBe(1);
      }),
    );
  });

  it('styles without moving columns', () => {
    const styled = renderText(page, { style: MARKED });
    expect(styled).toContain('<d><r>bad</r> line</d>');
    expect(styled.replace(/<\/?[bdgwr]>/g, '')).toBe(renderText(page));
  });

  it('shows what a row remarks beside it where there is room, else below; no empty column, no empty section', () => {
    const remarks = ({ name }: Item): Remarks =>
      name === 'c' ? { flags: ['odd', 'late'], details: ['first\n second'], command: 'do c' } : {};
    const groups = [
      { title: 'one', rows: ITEMS.slice(0, 1) },
      { title: 'two', rows: ITEMS.slice(1) },
    ];
    const table = groupedTable(COLUMNS.slice(0, 2).concat(column('never', COUNT, () => null)), groups, remarks);
    const document = { sections: [...section(undefined, table), ...section('nothing', lines([]))] };
    expect(renderText(document)).toBe(
      '  what  how_many\n\none\n  a|b          1\n\ntwo\n  c         1000  odd, late\n      first\n      second\n      again: do c\n',
    );
    expect(renderText(document, { width: 20 })).toContain('\n  c         1000\n      odd, late\n      first\n');
  });
});

describe('markdown', () => {
  it('escapes what markdown would take for its own', () => {
    expect(renderMarkdown(page)).toMatchInlineSnapshot(`
      "# A page

      What it is about.

      **It ended well.**

      ## Everything

      | | |
      | - | - |
      | name | a value long enough to need another line |
      | n | x |

      Prose that is a little longer than the width allows.

      | what | how\\_many | took |
      | - | -: | -: |
      | a\\|b | 1 | 2.50 ms |
      | c | 1000 | |

      **Why?**

      Because.

      again:

      \`\`\`sh
      do --this
      do --that
      \`\`\`

      bad line  
      run \`x_y\`
      "
    `);
  });

  it('keeps a table a table whatever its cells hold', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '|', '`', '\\', '\n', '<b>', '*', '_', ']', ' ') });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), (names) => {
        const items = names.map((name) => ({ name: `x${name}`, many: 1 }));
        const columns = [COLUMNS[0], column('code', CODE, ({ name }: Item) => name), COLUMNS[1]];
        const table = tableOf(
          columns.filter((one) => one !== undefined),
          items,
        );
        const rows = renderMarkdown({ sections: [{ blocks: [table] }] })
          .trimEnd()
          .split('\n');
        expect(rows).toHaveLength(names.length + 2);
        for (const row of rows) expect(row.match(/(?<!\\)(?:\\\\)*\|/g)).toHaveLength(4);
      }),
    );
  });
});

describe('HTML', () => {
  const html = renderHtml({
    ...page,
    sections: [
      ...page.sections,
      {
        title: '<script>alert(1)</script>',
        folded: true,
        blocks: [tableOf(COLUMNS, ITEMS, () => ({ command: '"&' }))],
      },
    ],
  });

  it('stands alone, balances its tags, and shows text as text', () => {
    expect(html).not.toMatch(/<script|<link|<img|src=|url\(|@import|https?:/);
    expect(html).toContain('<summary>&#60;script&#62;alert(1)&#60;/script&#62;</summary>');
    expect(html).toContain('<pre>&#34;&#38;</pre>');
    const tags = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, name]) => name).sort();
    const named =
      '(html|main|section|table|thead|tbody|tr|td|th|ul|li|dl|dt|dd|details|summary|svg|div|span|pre|code|p|h[1-6])';
    expect(tags(new RegExp(`<${named}\\b`, 'g'))).toEqual(tags(new RegExp(`</${named}>`, 'g')));
  });

  it('has the outcome first', () => {
    expect(html).toMatch(
      /<h1>A page<\/h1><p class="summary">What it is about\.<\/p><p class="summary">It ended well\.<\/p>/,
    );
    expect(html).toContain('<td class="number">2.50 ms</td>');
  });
});

describe('CSV', () => {
  it('has the values behind the cells', () => {
    expect(renderCsv(tableOf(COLUMNS, ITEMS) as Table)).toBe('what,how_many,took\r\na|b,1,0.0025\r\nc,1000,\r\n');
  });
});
