import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRecord } from '../../record/read.ts';
import type { RunRecord } from '../../record/schema.ts';
import { issueAddress, repositoryOfPage } from './issue.ts';

const FILE = 'src/experiment/validate/testdata/browser/20261129T234836Z-0139a0d9.json';
const RECORD = parseRecord(readFileSync(FILE, 'utf8'), FILE);
const REPOSITORY = 'https://github.com/owner/name';
const bodyOf = (address: string) => new URL(address).searchParams.get('body') ?? '';

describe('the issue', () => {
  it('names machine, record, files, and every case with its rate', () => {
    const address = issueAddress(REPOSITORY, RECORD);
    expect(address).toMatch(/^https:\/\/github\.com\/owner\/name\/issues\/new\?/);
    expect(new URL(address).searchParams.get('title')).toBe(`Results of ${RECORD.machine}`);
    const body = bodyOf(address);
    expect(body).toContain(`${RECORD.id}.samples.json.gz`);
    expect(body).toContain('- adapter: google, swiftshader');
    expect(body).not.toContain('claimed');
    expect(body.match(/^\| (compute|decode)/gm)).toHaveLength(RECORD.cases.length);
    expect(body).toMatch(/\| compute\/square\/m=128.* \| [\d.]+ GFLOPS, [\d.]+ MB\/s \| [\d.]+ ms \(/);
  });

  it('says what is claimed, and why a case has no time', () => {
    const [row] = RECORD.cases;
    const { summary: _, verify: _verify, ...rest } = row as never as Record<string, unknown>;
    const skipped = { ...rest, status: 'skipped', reason: 'unsupported', visits: [] };
    const changed = {
      ...RECORD,
      environment: { ...RECORD.environment, claimed: 'RTX 4090' },
      cases: [skipped],
    } as never as RunRecord;
    expect(bodyOf(issueAddress(REPOSITORY, changed))).toMatch(
      /- claimed: RTX 4090[\s\S]*\| skipped \| unsupported \|$/,
    );
  });

  it('is short enough for any server, however many cases there are', () => {
    const cases = Array.from({ length: 40 }, () => RECORD.cases).flat();
    const address = issueAddress(REPOSITORY, { ...RECORD, cases });
    expect(address.length).toBeLessThanOrEqual(7000);
    expect(bodyOf(address)).toMatch(/\| and \d+ more \| \| \|$/);
  });

  it.each([
    ['owner.github.io', '/name/measure.html', 'https://github.com/owner/name'],
    ['owner.github.io', '/name/deep/measure.html', 'https://github.com/owner/name'],
    ['owner.github.io', '/measure.html', 'https://github.com/owner/owner.github.io'],
    ['example.org', '/name/measure.html', null],
    ['github.io.example.org', '/name/measure.html', null],
  ])('is of the repository that a page of GitHub belongs to: %s%s', (hostname, pathname, expected) => {
    expect(repositoryOfPage({ hostname, pathname })).toBe(expected);
  });
});
