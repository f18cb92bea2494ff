/** Verbs against a scripted device, in this process. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_BUDGET_NOTE } from '../experiment/setup/settings.ts';
import { recordSchema } from '../record/schema.ts';
import { listRecords } from '../record/store/store.node.ts';
import { folderOfEach } from '../record/testdata/folder.ts';
import { asStartedHere } from './command-line.ts';
import { commandIn, STEADY, TINY, UNIT } from './testdata/in-process.ts';
import { VERBS } from './verbs.ts';

const dir = folderOfEach();

const shapemark = commandIn(dir, UNIT);

const scripted = (scenario: string, ...more: string[]) =>
  shapemark('run', TINY, '--engine', 'scripted', '--scenario', scenario, ...more);

function scenario(text: string): string {
  const file = join(dir(), 'scenario.yaml');
  writeFileSync(file, text);
  return file;
}

describe('run', () => {
  it('measures, prints a table and stores a record that holds the truth', async () => {
    const { exit, out, err } = await scripted(STEADY);
    expect(exit).toBe(0);
    expect(err.replaceAll(/^progress: .*\n/gm, '')).toBe(DEFAULT_BUDGET_NOTE);
    expect(err.match(/^progress: process \d+ of at most 27: /gm)).toHaveLength(6);
    expect(out).toMatch(/small +16×32×64 +f32 +naive +(1\.9|2\.0)\d ms/);
    expect(out).toContain('2 measured, 0 skipped, 0 failed');
    const [file] = listRecords(join(dir(), 'results'));
    const record = recordSchema.parse(JSON.parse(readFileSync(file ?? '', 'utf8')));
    const [small, row] = record.cases;
    expect(record.machine).toBe('scripted');
    expect(small?.status === 'measured' && small.summary.medianSeconds).toBeCloseTo(2e-3, 4);
    expect(row?.status === 'measured' && row.summary.medianSeconds).toBeCloseTo(1e-3, 4);
    const files = readdirSync(join(dir(), 'results', 'scripted')).map((name) => `results/scripted/${name}`);
    expect(files.filter((name) => /journal|tmp/.test(name))).toEqual([]);
    const written = /written: (.*)$/s.exec(out)?.[1]?.trim().split(/\n */);
    expect(written?.sort()).toEqual(files.sort());
    const again = await scripted(STEADY, '--processes', '1');
    expect(again.out).not.toContain('machine.json');
    expect(again.err).not.toContain(DEFAULT_BUDGET_NOTE);
    // One process has no spread: an empty range would look like certainty.
    expect(again.out).toMatch(/ ms +1 process +/);
    expect(again.out).toContain('spread: 1 process is one observation, whose uncertainty is unknown');
    expect(again.out).toMatch(/; 1 process; cold/);
    expect(again.out).not.toContain('1 processes');
  });

  it('has histories judged without what was measured on a changed working tree, and says so if that is all', async () => {
    await scripted(STEADY, '--processes', '1');
    for (const file of listRecords(join(dir(), 'results'))) {
      const record = JSON.parse(readFileSync(file, 'utf8'));
      writeFileSync(file, JSON.stringify({ ...record, commit: { sha: 'a'.repeat(40), dirty: true } }, null, 1));
    }
    const { exit, err } = await shapemark('check');
    expect(exit).toBe(3);
    expect(err).toMatch(/^left out: .*\.json was measured on a working tree that differed from its commit\n/);
    expect(err).toContain('the only record under results is left out: measure from a clean working tree');
    const none = await shapemark('check', '--machine', 'other');
    expect(none.err).toMatch(/^no records under results for other; measure with: /);
  });

  it('names every verb as it was started', async () => {
    const { out } = await shapemark('--help');
    const verbs = [...out.matchAll(/^ +shapemark (\w+)/gm)].map(([, verb]) => verb ?? '');
    expect(verbs).toEqual(VERBS);
    for (const verb of verbs) expect(asStartedHere(`shapemark ${verb}`, 'npx it')).toBe(`npx it ${verb}`);
  });

  it('says in --help what it does unless told otherwise', async () => {
    const { out } = await shapemark('run', '--help');
    const text = out.replaceAll(/\s+/g, ' ');
    expect(text).toMatch(/--processes .*\[default: as in the suite, else 6\]/);
    expect(text).toMatch(/--budget .*\[default: as in the suite; 180 if neither it nor --processes limits the run\]/);
    const options = out.split('\n').filter((line) => /^ +--(?!help|version)/.test(line));
    expect(options.length).toBeGreaterThan(15);
    for (const option of text.split(/(?= --)/).filter((part) => /^ --(?!help|version|shard|scenario)\w/.test(part)))
      if (/\[(number|string|boolean|array)\]/.test(option)) expect(option).toContain('[default: ');
  });

  it('prints the record as one document, samples included', async () => {
    const { exit, out } = await scripted(STEADY, '--json', '--processes', '3', '--filter', 'row');
    const record = recordSchema.parse(JSON.parse(out));
    expect(exit).toBe(0);
    expect(record.cases).toHaveLength(1);
    expect(record.cases[0]).toMatchObject({ status: 'measured', summary: { processes: 3, intervalKind: 'range' } });
    expect(record.cases[0]?.visits.map((visit) => visit.samples?.length === visit.count)).toEqual([true, true, true]);
  });

  it('divides by the sentinel that ran beside each case, and keeps what was measured', async () => {
    const steps = 'steps: [{afterSeconds: 20, factor: 1.5}, {afterSeconds: 40, factor: 1}]';
    const drifting = scenario(`${readFileSync(STEADY, 'utf8')}\n${steps}\n`);
    const { exit, out } = await scripted(drifting, '--divide-by-sentinel', '--processes', '60');
    expect(exit).toBe(0);
    expect(out).toContain('times are divided by the gemm sentinel; the record has both');
    expect(out).toMatch(/small +16×32×64 +f32 +naive +(1\.9|2\.0)\d ms/);
    const [file] = listRecords(join(dir(), 'results'));
    const record = recordSchema.parse(JSON.parse(readFileSync(file ?? '', 'utf8')));
    expect(record.settings.sentinelBeside).toBe(true);
    const medians = record.cases[0]?.visits.map((visit) => visit.medianSeconds) ?? [];
    expect(Math.max(...medians) / Math.min(...medians)).toBeGreaterThan(1.4);
  });

  it('writes a row for what failed and exits with 4', async () => {
    const text = `${readFileSync(STEADY, 'utf8')}events:\n  - {kind: wrong-result, when: w=mxfp4}\n`;
    const { exit, out } = await scripted(scenario(text));
    expect(exit).toBe(4);
    expect(out).toContain('1 measured, 0 skipped, 1 failed');
    expect(out).toMatch(/wrong-result/);
    expect(out).toContain("again: shapemark run tiny.yaml --filter 'tiny/shape/row/m=1/");
  });

  it('exits with 3 when every case is skipped', async () => {
    const { exit, out } = await scripted(scenario('cost:\n  - {when: m=7, seconds: 1e-3}\n'));
    expect(out).toContain('0 measured, 2 skipped, 0 failed');
    expect(exit).toBe(3);
  });

  it.each([
    [
      'a filter that matches nothing',
      ['--filter', 'n=7'],
      /--filter 'n=7' matches none of 2 cases: no case has n=7; n is 32, 64\n$/,
    ],
    [
      'a filter that other suites have cases for',
      ['--filter', 'w=int4'],
      /no case has w=int4; .*suites with such cases: block-scaled \(\d+\), .*gate \(\d+\)/,
    ],
    ['a malformed filter', ['--filter', 'm<='], /m<=/],
    ['a missing scenario', ['--scenario', 'no.yaml'], /--scenario is given more than once/],
    ['no processes', ['--processes', '0'], /--processes 0: expected a whole number/],
    ['few divided', ['--processes', '6', '--divide-by-sentinel'], /--divide-by-sentinel needs at least 9/],
    ['a negative budget', ['--budget=-1'], /--budget -1: expected a positive number/],
    ['half a shard', ['--shard', '3/2'], /1 ≤ I ≤ N/],
    ['kernels that are not there', ['--kernels', 'nowhere'], /no kernels at "nowhere"/],
  ])('refuses %s', async (_, args, message) => {
    const { exit, out, err } = await scripted(STEADY, ...args);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toMatch(message);
    expect(readdirSync(dir())).toEqual([]);
  });

  it('splits cases among shards', async () => {
    const ids: string[] = [];
    for (const shard of ['1/2', '2/2']) {
      const { out } = await scripted(STEADY, '--shard', shard, '--json', '--processes', '1');
      ids.push(...recordSchema.parse(JSON.parse(out)).cases.map((row) => row.name));
    }
    expect(ids).toEqual(['small', 'row']);
  });
});

describe('report', () => {
  it('says when there is nothing', async () => {
    expect(await shapemark('report')).toEqual({
      exit: 3,
      out: '',
      err: 'results contains no record; `shapemark run` makes one\n',
    });
  });

  it('prints stored records again', async () => {
    await scripted(STEADY, '--processes', '3');
    expect((await shapemark('report')).out).toContain('2 measured');
    expect((await shapemark('report', '--format', 'markdown')).out).toContain('| GEMM | m×n×k |');
    expect((await shapemark('report', '--format', 'csv')).out.trim().split('\r\n')).toHaveLength(3);
  });
});

describe('report in other forms', () => {
  it('writes a page and the data of a chart to files', async () => {
    await scripted(STEADY, '--processes', '2');
    const written = async (format: string, file: string) => {
      const { exit, out, err } = await shapemark('report', '--format', format, '--out', file);
      expect({ exit, out, err }).toEqual({ exit: 0, out: '', err: '' });
      return readFileSync(join(dir(), file), 'utf8');
    };
    expect(await written('html', 'page.html')).toMatch(/^<!doctype html>[\s\S]*tiny \/ shape[\s\S]*<\/html>\n$/);
    const entries = JSON.parse(await written('github-action-benchmark', 'chart.json'));
    expect(entries).toHaveLength(2);
    // 2·16·32·64 operations in about 2 ms.
    expect(entries.find(({ name }: { name: string }) => name.includes('/small/')).value).toBeCloseTo(0.0328, 3);
    expect(await written('csv', 'all.csv')).toContain('\r\n');
    expect(await written('text', 'all.txt')).toContain('2 measured');
  });
});

describe('validate', () => {
  it('asks about scripted numbers, refuses changed ones with exit 4', async () => {
    await scripted(STEADY);
    const [file = ''] = listRecords(join(dir(), 'results'));
    const asked = await shapemark('validate', file, '--json');
    expect(asked.exit).toBe(0);
    expect(JSON.parse(asked.out)).toMatchObject({
      files: [{ file, verdict: 'ask', reasons: expect.arrayContaining([expect.stringContaining('scripted')]) }],
    });
    const record: unknown = JSON.parse(readFileSync(file, 'utf8'), (key, value) =>
      key === 'flopPerSecond' ? value * 2 : value,
    );
    writeFileSync(file, JSON.stringify(record));
    const refused = await shapemark('validate', file);
    expect(refused.exit).toBe(4);
    expect(refused.out).toMatch(/^refuse .*\n {2}.*flopPerSecond is/);
  });

  it('refuses what is no record, with the line, and reports a missing file as wrong use', async () => {
    const file = join(dir(), 'x.json');
    writeFileSync(file, '{\n "schema": "shapemark-record/1",\n "id": 3\n}');
    const { exit, out } = await shapemark('validate', file);
    expect(exit).toBe(4);
    expect(out).toMatch(/^refuse .*\n {2}line \d+: /);
    expect((await shapemark('validate', 'no.json')).exit).toBe(2);
  });
});

it('an argument with a NUL character is refused, because no file has such a name', async () => {
  expect(await shapemark('list', 'given\0.yaml')).toEqual({
    ...{ exit: 2, out: '', err: '"given\\u0000.yaml" contains a NUL character\n' },
  });
});

describe('an option that is not there', () => {
  it.each([
    [['run', '--filtr', 'x'], 'unknown option --filtr (did you mean --filter?)'],
    [['compare', 'main', '--minimum-efect=0.1'], 'unknown option --minimum-efect (did you mean --minimum-effect?)'],
    [['list', '--frobnicate'], 'unknown option --frobnicate; see shapemark list --help'],
    [['check', 'stray'], '"stray" is an unexpected argument'],
  ])('%j is told what it may have meant', async (args, message) => {
    const { exit, out, err } = await shapemark(...args);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toContain(message);
    expect(err.split('unknown option').length).toBeLessThanOrEqual(2);
  });
});

describe('schema', () => {
  it.each(['suite', 'model', 'record', 'scenario'])('prints the JSON Schema of a %s', async (name) => {
    const { exit, out } = await shapemark('schema', name);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' });
  });
});
