import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const NAMES = readdirSync(FOLDER)
  .filter((file) => /^[a-z-]+\.ts$/.test(file) && file !== 'run.ts')
  .map((file) => file.replace('.ts', ''))
  .sort();

function evaluate(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('npx', ['tsx', `${FOLDER}/run.ts`, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr: stderr.trim() };
}

describe('npm run eval', () => {
  it('lists every evaluation with a sentence on one line', () => {
    const { status, stdout } = evaluate();
    expect(status).toBe(0);
    const rows = [...stdout.matchAll(/^ {2}(\S+) +(\S.*\.)$/gm)];
    expect(rows.map(([, name]) => name)).toEqual(NAMES);
    for (const [row] of rows) expect(row.length).toBeLessThanOrEqual(120);
  });

  it.each(NAMES)('%s says at its head how it is run', (name) => {
    expect(readFileSync(`${FOLDER}/${name}.ts`, 'utf8')).toMatch(
      new RegExp(`\n \\* {5}npm run (-s )?eval ${name} -- `),
    );
  });

  it.each([
    [['detectr'], 'no evaluation "detectr"; did you mean "detector"?'],
    [['detector', '--jsno', 'x.json'], /Unknown option '--jsno'/],
    [['detector', 'no-such-file.json'], /^no-such-file.json: ENOENT/],
  ])('calls %j wrong use', (args, message) => {
    const { status, stderr } = evaluate(...args);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  it('hands on what follows the name', () => {
    const { status, stdout } = evaluate('ab', '--replays', '10', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).scores.map(({ replays }: { replays: number }) => replays)).toEqual([10, 10, 10, 10]);
  });
});
