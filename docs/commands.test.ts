/** Every command of the first pages that a reader opens; those of docs/ are tried by the slow tests. */
import { describe, expect, it } from 'vitest';
import { actionOf, commandsIn, wordsOf } from './documented.ts';
import { describeCommands } from './testdata/commands.ts';

describeCommands(['README.md', 'CONTRIBUTING.md', 'benches/README.md'], 50);

describe('commands in Markdown', () => {
  const texts = (markdown: string) => commandsIn(markdown, 'x.md').map(({ place, text }) => `${place} ${text}`);

  it('are those of shell blocks, and of others where they begin like ours', () => {
    const page =
      'a\n```sh\nnpm ci && rm x  # comment\nnpm run eval ab -- \\\n  --json\n```\n```\n$ npm test\nrows\n```\n';
    expect(texts(page)).toEqual([
      'x.md:3 npm ci',
      'x.md:3 rm x',
      'x.md:5 npm run eval ab --   --json',
      'x.md:8 npm test',
    ]);
  });

  it('are those in sentences, broken ones too, and no other code', () => {
    const page =
      'Try `shapemark\nlist NAME` or `run --json`; not `run`, `shapemark`, `run it`.<!-- `shapemark list` -->';
    expect(texts(page)).toEqual(['x.md:1 shapemark list NAME', 'x.md:2 run --json']);
  });

  it('have words as a shell sees them', () => {
    expect(wordsOf(`a 'b c' --d="e f" > g.json`)).toEqual(['a', 'b c', '--d=e f']);
  });

  it.each(['rm -rf x', 'npm install left-pad', 'npm run docs -- --all', 'npx tsx x.ts', 'bash'])(
    'that nobody has a rule for are refused: %s',
    (text) => {
      expect(() => actionOf({ place: 'x.md:1', text })).toThrow(`x.md:1: no rule says how \`${text}\` is tried`);
    },
  );
});
