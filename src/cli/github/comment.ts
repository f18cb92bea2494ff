/** One comment on a pull request that is written once and then updated: found again by a marker that readers do not see. */

import type { EventPayload } from './event.ts';

export interface CommentTarget {
  /** `https://api.github.com`, or an enterprise server's. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly pullRequest: number;
  readonly token: string;
  /** Tells several comments of one pull request apart, for example by runner. */
  readonly key: string;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
export type Outcome = 'created' | 'updated' | 'forbidden';

/** GitHub refuses longer comments. */
const LONGEST = 65_536;
const PER_PAGE = 100;

/**
 * Writes a report to the pull request that a workflow runs for.
 *
 * @param environment the variables that GitHub sets in every job
 * @returns null where there is no pull request, or no token
 */
export async function commentOn(
  { pull_request: request }: EventPayload,
  report: string,
  environment: Readonly<Record<string, string | undefined>>,
  fetch: Fetch,
): Promise<Outcome | null> {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository } = environment;
  const pullRequest = Number(request?.number);
  if (!token || !repository || !Number.isInteger(pullRequest) || pullRequest <= 0) return null;
  const api = environment.GITHUB_API_URL || 'https://api.github.com';
  const key = environment.SHAPEMARK_COMMENT_KEY || 'compare';
  return upsertComment({ api, repository, pullRequest, token, key }, report, fetch);
}

export function markerOf(key: string): string {
  return `<!-- shapemark:${key.replace(/[^\w.:/ -]/g, '_').replaceAll('--', '__')} -->`;
}

/**
 * Writes the comment, or updates the one of the same key.
 *
 * @returns `forbidden` where the token may not write, as that of a pull request from a fork: the job summary has the text too
 * @throws Error that names the request and the status for any other refusal
 */
export async function upsertComment(target: CommentTarget, text: string, fetch: Fetch): Promise<Outcome> {
  const body = bodyOf(text, markerOf(target.key));
  const id = await existing(target, fetch);
  const issues = `/repos/${target.repository}/issues`;
  const response =
    id === null
      ? await ask(target, fetch, 'POST', `${issues}/${target.pullRequest}/comments`, { body })
      : await ask(target, fetch, 'PATCH', `${issues}/comments/${id}`, { body });
  if (response === null) return 'forbidden';
  return id === null ? 'created' : 'updated';
}

/** Cut at the end of a line, with a note; the most important rows come first. */
function bodyOf(text: string, marker: string): string {
  const whole = `${marker}\n${text}`;
  if (whole.length <= LONGEST) return whole;
  const note = '\n\n…cut here, where GitHub ends a comment; the job summary has all of it.\n';
  const kept = whole.slice(0, LONGEST - note.length);
  return kept.slice(0, kept.lastIndexOf('\n')) + note;
}

async function existing(target: CommentTarget, fetch: Fetch): Promise<number | null> {
  const marker = markerOf(target.key);
  for (let page = 1; ; page++) {
    const path = `/repos/${target.repository}/issues/${target.pullRequest}/comments?per_page=${PER_PAGE}&page=${page}`;
    const response = await ask(target, fetch, 'GET', path);
    const comments = commentsOf(response === null ? [] : await response.json());
    const found = comments.find(({ body }) => body.startsWith(marker));
    if (found) return found.id;
    if (comments.length < PER_PAGE) return null;
  }
}

function commentsOf(answer: unknown): { id: number; body: string }[] {
  if (!Array.isArray(answer)) throw new Error('GitHub answered with something that is no list of comments');
  return answer.map((item: { id?: unknown; body?: unknown }) => ({
    id: Number(item.id),
    body: typeof item.body === 'string' ? item.body : '',
  }));
}

/** Null if the token lacks the permission. */
async function ask(
  { api, token }: CommentTarget,
  fetch: Fetch,
  method: string,
  path: string,
  content?: object,
): Promise<Response | null> {
  const response = await fetch(`${api}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'user-agent': 'shapemark',
    },
    ...(content && { body: JSON.stringify(content) }),
  });
  if (response.status === 403 || response.status === 404) return null;
  if (!response.ok) throw new Error(`GitHub refused ${method} ${path}: ${response.status} ${response.statusText}`);
  return response;
}
