/** The record as files to download, and the issue that takes them. */
import type { RunRecord } from '../../record/schema.ts';
import { samplesFile, storedRecord } from '../../record/store/stored.ts';
import { sharedFacts } from '../../report/shared-facts.ts';
import { byId, fillFacts, make, show } from './dom.dom.ts';
import { issueAddress } from './issue.ts';

let addresses: string[] = [];

/** @param repository where records are taken; null if unknown */
export async function share(record: RunRecord, repository: string | null): Promise<void> {
  for (const address of addresses.splice(0)) URL.revokeObjectURL(address);
  const { record: stored, json, samples } = storedRecord(record);
  const files = [
    fileLink(`${record.id}.json`, new Blob([json], { type: 'application/json' })),
    fileLink(samplesFile(record), await gzipped(samples)),
  ];
  byId('share-steps', HTMLElement).replaceChildren(
    make('li', {}, 'Download both files.', make('p', { class: 'files' }, ...files)),
    ...lastStep(stored, repository),
  );
  fillFacts('share-facts', sharedFacts(stored));
  show('share');
}

function lastStep(record: RunRecord, repository: string | null): HTMLElement[] {
  const folder = `results/${record.machine}/`;
  const pull = ['Or add them to ', make('code', {}, folder), ' of the repository in a pull request.'];
  if (repository === null)
    return [make('li', {}, 'Attach both to an issue of the repository that this page belongs to. ', ...pull)];
  const address = issueAddress(repository, record);
  const link = make('a', { class: 'button', href: address, target: '_blank', rel: 'noopener' }, 'Open an issue');
  return [
    make('li', {}, 'Drop both into an issue, whose text is written already.', make('p', { class: 'files' }, link)),
    make('li', {}, ...pull),
  ];
}

function fileLink(name: string, content: Blob): HTMLAnchorElement {
  const href = URL.createObjectURL(content);
  addresses = [...addresses, href];
  const kilobytes = Math.max(1, Math.round(content.size / 1000));
  return make('a', { class: 'button', href, download: name }, `${name} (${kilobytes} kB)`);
}

function gzipped(text: string): Promise<Blob> {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).blob();
}
