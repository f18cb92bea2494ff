import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer, facts, type Page, table, text } from './page.ts';
import { renderMarkdownPage } from './page-markdown.ts';
import { renderPage } from './page-text.ts';

const page: Page = {
  title: 'A page',
  lead: 'What it is about.',
  sections: [
    {
      title: 'Everything',
      blocks: [
        facts(['name', 'a value long enough to need another line'], ['n', 'x']),
        text('Prose that is a little longer than the width allows.'),
        table(
          ['what', '>how_many'],
          [
            ['a|b', '1'],
            ['c', '1,000'],
          ],
        ),
        answer('Why?', 'Because.'),
      ],
    },
  ],
};

describe('renderPage', () => {
  it('wraps prose, hangs values, aligns numbers to the right', () => {
    expect(renderPage(page, { width: 36 })).toMatchInlineSnapshot(`
      "A page
      What it is about.

      Everything
        name  a value long enough to need
              another line
        n     x

        Prose that is a little longer than
        the width allows.
        what  how_many
        a|b          1
        c        1,000

        Why?
          Because.
      "
    `);
  });

  it('keeps every word, on lines within the width', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 60 }), (list, width) => {
        const shown = renderPage(
          { title: 't', lead: 'l', sections: [{ title: 's', blocks: [text(list.join(' '))] }] },
          { width },
        );
        const lines = shown.split('\n').slice(4);
        expect(lines.join(' ').trim().split(/ +/)).toEqual(list);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('renderMarkdownPage', () => {
  it('escapes what markdown would take for its own', () => {
    expect(renderMarkdownPage(page)).toMatchInlineSnapshot(`
      "# A page

      What it is about.

      ## Everything

      |  |  |
      | -- | -- |
      | name | a value long enough to need another line |
      | n | x |

      Prose that is a little longer than the width allows.

      | what | how\\_many |
      | -- | --: |
      | a\\|b | 1 |
      | c | 1,000 |

      **Why?**

      Because.
      "
    `);
  });
});
