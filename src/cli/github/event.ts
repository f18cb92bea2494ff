/** What the event that started a workflow says about the commits to compare. */

/** Payloads differ by event; of each only these are read. */
export interface EventPayload {
  readonly pull_request?: {
    readonly number?: unknown;
    readonly base?: { readonly sha?: unknown };
    readonly head?: { readonly sha?: unknown };
  };
  readonly merge_group?: { readonly base_sha?: unknown };
  readonly ref?: unknown;
  readonly before?: unknown;
}

export type EventBase =
  /** `merged` is the pull request's own last commit: a merge of it was made onto the base that it was checked with. */
  { readonly base: string; readonly merged: string | null } | { readonly problem: string };

const COMMIT = /^[0-9a-f]{40,64}$/;

/**
 * The commit before the change: of a pull request, a group of a merge queue, or a push to a branch. Other events have no change,
 * so the base must be given.
 *
 * @param name as in GITHUB_EVENT_NAME
 */
export function baseOf(
  name: string,
  { pull_request: request, merge_group: group, ref, before }: EventPayload,
): EventBase {
  const base = commit(request?.base?.sha) ?? commit(group?.base_sha);
  if (base !== null) return { base, merged: commit(request?.head?.sha) };
  const problem = 'this event has no pull request; set base';
  if (name !== 'push') return { problem: `${problem} (${name || 'no event'})` };
  const previous = String(ref).startsWith('refs/heads/') ? commit(before) : null;
  if (previous !== null) return { base: previous, merged: null };
  return { problem: `${problem} (a push of ${String(ref)}, which names no commit before it)` };
}

/** Null also for the all-zero commit, which means none. */
function commit(value: unknown): string | null {
  return typeof value === 'string' && COMMIT.test(value) && !/^0+$/.test(value) ? value : null;
}
