import { describe, expect, it } from 'vitest';
import { renderMarkdown } from './document/markdown.ts';
import { vettingDocument } from './vetting.ts';

const shown = (file: string, reason: string) =>
  renderMarkdown(vettingDocument([{ file, verdict: 'refuse', reasons: [reason] }])).trimEnd();

describe('a verdict on a stranger’s file', () => {
  it('does nothing in the log of a workflow, in a terminal or in markdown', () => {
    expect(shown('results/a\r::stop-commands::x/b.json', '::add-mask::a\n# b is not a field')).toBe(
      'refuse results/aU+000D::stop-commands::x/b.json  \n  "::add-mask::aU+000A# b is not a field',
    );
    expect(shown('a\u202eb', '\u001b[31m and \u009b31m')).toBe('refuse aU+202Eb  \n  U+001B\\[31m and U+009B31m');
    expect(shown('x', '~~~ is <b>not</b> [a](b) field')).toBe(
      'refuse x  \n  "\\~\\~~ is \\<b\\>not\\</b\\> \\[a\\](b) field',
    );
  });
});
