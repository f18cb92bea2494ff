#!/usr/bin/env node
/** `comment-main.ts FILE`: puts a report on the pull request that this workflow runs for. */
import { readFileSync } from 'node:fs';
import { type CommentTarget, upsertComment } from './comment.ts';

/** From the variables that GitHub sets in every job; null outside of a pull request. */
function targetFrom(environment: NodeJS.ProcessEnv): CommentTarget | null {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_EVENT_PATH: eventFile } = environment;
  if (!token || !repository || !eventFile) return null;
  const event: { pull_request?: { number?: unknown } } = JSON.parse(readFileSync(eventFile, 'utf8'));
  const pullRequest = Number(event.pull_request?.number);
  if (!Number.isInteger(pullRequest) || pullRequest <= 0) return null;
  const api = environment.GITHUB_API_URL ?? 'https://api.github.com';
  return { api, repository, pullRequest, token, key: environment.SHAPEMARK_COMMENT_KEY ?? 'compare' };
}

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: comment-main.ts FILE\n');
  process.exitCode = 2;
} else {
  const target = targetFrom(process.env);
  const outcome = target && (await upsertComment(target, readFileSync(file, 'utf8'), fetch));
  process.stdout.write(`comment: ${outcome ?? 'no pull request or no token here'}\n`);
}
