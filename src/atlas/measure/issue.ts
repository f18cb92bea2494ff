/** The issue that a contributor opens, filled in as far as an address can be. */
import type { RunRecord } from '../../record/schema.ts';
import { samplesFile } from '../../record/store/stored.ts';
import { bytesPerSecond, flopPerSecond, seconds, secondsBetween } from '../../report/si.ts';

/** Servers refuse longer addresses. */
const MOST_CHARACTERS = 7000;

/** @param repository its address, such as `https://github.com/owner/name` */
export function issueAddress(repository: string, record: RunRecord): string {
  const lines = rowLines(record);
  for (let count = lines.length; ; count--) {
    const left = lines.length - count;
    const rows = left > 0 ? [...lines.slice(0, count), `| and ${left} more | | |`] : lines;
    const parameters = new URLSearchParams({ title: `Results of ${record.machine}`, body: body(record, rows) });
    const address = `${repository}/issues/new?${parameters}`;
    if (address.length <= MOST_CHARACTERS || count === 0) return address;
  }
}

function body(record: RunRecord, rows: readonly string[]): string {
  const { id, environment } = record;
  const { adapter, runtime, os, claimed } = environment;
  const names = [adapter.vendor, adapter.architecture, adapter.device, adapter.description].filter(Boolean).join(', ');
  return [
    `Record \`${id}\`, measured in a browser.`,
    '',
    `- adapter: ${names || 'unnamed'}`,
    ...(claimed ? [`- claimed: ${claimed}`] : []),
    `- browser: ${runtime.name} ${runtime.version} on ${os.platform}`,
    '',
    `Please drop both files here: \`${id}.json\` and \`${samplesFile(record)}\`.`,
    '',
    '| case | rate | time |',
    '|--|--|--|',
    ...rows,
  ].join('\n');
}

function rowLines({ cases }: RunRecord): string[] {
  return cases.map((row) => {
    const name = row.id.replace(/^[^/]+\//, '').replaceAll('|', '\\|');
    if (row.status !== 'measured') return `| ${name} | ${row.status} | ${row.reason} |`;
    const { flopPerSecond: rate, bytesPerSecond: bandwidth, medianSeconds, intervalSeconds } = row.summary;
    return `| ${name} | ${flopPerSecond(rate)}, ${bytesPerSecond(bandwidth)} | ${seconds(medianSeconds)} (${secondsBetween(...intervalSeconds)}) |`;
  });
}

/** The repository of a page on GitHub Pages: `owner.github.io/name/…`, or `owner.github.io` itself. */
export function repositoryOfPage({ hostname, pathname }: { hostname: string; pathname: string }): string | null {
  const owner = /^([a-z0-9-]+)\.github\.io$/i.exec(hostname)?.[1];
  if (owner === undefined) return null;
  const [first, second] = pathname.split('/').slice(1);
  const name = second === undefined || !first ? hostname : first;
  return `https://github.com/${owner}/${name}`;
}
