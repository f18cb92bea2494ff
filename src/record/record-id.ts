import type { Commit } from './schema.ts';

export const RECORD_SCHEMA = 'shapemark-record/1';

/** Name of a run: `20261124T101530Z-831ef61a`, with `-dirty` or `-nogit` where that is so. */
export function recordId(startedAt: Date, commit: Commit | null): string {
  const utc = startedAt.toISOString().replace(/[-:]|\.\d+/g, '');
  if (!commit) return `${utc}-nogit`;
  return `${utc}-${commit.sha.slice(0, 8)}${commit.dirty ? '-dirty' : ''}`;
}
