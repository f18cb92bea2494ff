/** Against a server that behaves as GitHub's: pages of a hundred, ids, refusals. */
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommentTarget, commentOn, markerOf, upsertComment } from './comment.ts';
import type { EventPayload } from './event.ts';

interface Comment {
  id: number;
  body: string;
}

let comments: Comment[] = [];
let requests: string[] = [];
let mayWrite = true;
let server: Server;
let target: CommentTarget;

beforeEach(async () => {
  [comments, requests, mayWrite] = [[], [], true];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://x');
      requests.push(`${request.method} ${url.pathname}`);
      const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
      if (request.headers.authorization !== 'Bearer t0ken') return answer(401, {});
      if (request.method === 'GET') {
        const page = Number(url.searchParams.get('page'));
        const size = Number(url.searchParams.get('per_page'));
        return answer(200, comments.slice((page - 1) * size, page * size));
      }
      if (!mayWrite) return answer(403, { message: 'Resource not accessible by integration' });
      const { body } = JSON.parse(text);
      if (request.method === 'POST' && url.pathname === '/repos/o/r/issues/7/comments') {
        comments.push({ id: comments.length + 1, body });
        return answer(201, {});
      }
      const known = comments.find(({ id }) => url.pathname === `/repos/o/r/issues/comments/${id}`);
      if (request.method !== 'PATCH' || !known) return answer(500, {});
      known.body = body;
      return answer(200, {});
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  target = { api: `http://127.0.0.1:${port}`, repository: 'o/r', pullRequest: 7, token: 't0ken', key: 'software' };
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const others = (count: number) => Array.from({ length: count }, (_, i) => ({ id: i + 1, body: `comment ${i}` }));

describe('the comment', () => {
  it('is written once and updated after that, beyond the first page too', async () => {
    comments = others(130);
    expect(await upsertComment(target, 'first', fetch)).toBe('created');
    expect(await upsertComment(target, 'second', fetch)).toBe('updated');
    expect(comments).toHaveLength(131);
    expect(comments.at(-1)?.body).toBe('<!-- shapemark:software -->\nsecond');
  });

  it('leaves those of other runners alone, and those that only quote the marker', async () => {
    comments = [{ id: 1, body: `> ${markerOf('software')}` }];
    await upsertComment({ ...target, key: 'gpu' }, 'gpu', fetch);
    await upsertComment(target, 'software', fetch);
    expect(comments.map(({ body }) => body.split('\n').at(-1))).toEqual([
      `> ${markerOf('software')}`,
      'gpu',
      'software',
    ]);
  });

  it('gives way where the token may not write, and names any other refusal', async () => {
    mayWrite = false;
    expect(await upsertComment(target, 'text', fetch)).toBe('forbidden');
    await expect(upsertComment({ ...target, token: 'wrong' }, 'text', fetch)).rejects.toThrow(
      /GitHub refused GET .*401/,
    );
  });

  it('is cut at a line where GitHub would refuse it, and says so', async () => {
    await upsertComment(target, Array.from({ length: 9000 }, (_, i) => `| row ${i} |`).join('\n'), fetch);
    const body = comments[0]?.body ?? '';
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body).toMatch(/\| row \d+ \|\n\n…cut here.*\n$/);
  });
});

describe('the comment of a workflow', () => {
  it('goes to the pull request of the event, and nowhere outside of one', async () => {
    const environment = { GITHUB_TOKEN: 't0ken', GITHUB_REPOSITORY: 'o/r', GITHUB_API_URL: target.api };
    const run = (event: EventPayload, more = {}) =>
      commentOn(event, '**1 slower**\n', { ...environment, ...more }, fetch);
    expect(await run({ pull_request: { number: 7 } })).toBe('created');
    expect(await run({ pull_request: { number: 7 } })).toBe('updated');
    expect(await run({ ref: 'refs/heads/main' })).toBeNull();
    expect(await run({ pull_request: { number: 7 } }, { GITHUB_TOKEN: '' })).toBeNull();
    expect(comments).toEqual([{ id: 1, body: '<!-- shapemark:compare -->\n**1 slower**\n' }]);
  });
});
