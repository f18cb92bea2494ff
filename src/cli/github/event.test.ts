import { describe, expect, it } from 'vitest';
import { baseOf, type EventPayload } from './event.ts';

const [A, B, ZEROS] = ['a'.repeat(40), 'b'.repeat(40), '0'.repeat(40)];
const request = { pull_request: { number: 7, base: { sha: A }, head: { sha: B } } };

describe('the base that an event names', () => {
  it.each<[string, EventPayload, string, string | null]>([
    ['pull_request', request, A, B],
    ['pull_request_target', request, A, B],
    ['pull_request_review', request, A, B],
    ['merge_group', { merge_group: { base_sha: A } }, A, null],
    ['push', { ref: 'refs/heads/main', before: A }, A, null],
    ['push', { ref: 'refs/heads/feature/x', before: A.slice(0, 40) }, A, null],
  ])('%s', (name, event, base, merged) => expect(baseOf(name, event)).toEqual({ base, merged }));

  it.each<[string, EventPayload, string]>([
    ['push', { ref: 'refs/heads/new', before: ZEROS }, '(a push of refs/heads/new, which names no commit before it)'],
    ['push', { ref: 'refs/tags/v1', before: ZEROS }, '(a push of refs/tags/v1, which names no commit before it)'],
    // A tag that moves is a release all the same, and not a change of what it was on.
    ['push', { ref: 'refs/tags/v1', before: A }, '(a push of refs/tags/v1, which names no commit before it)'],
    ['push', { ref: 'refs/heads/main', before: '-x' }, 'names no commit before it)'],
    ['workflow_dispatch', { ref: 'refs/heads/main' }, '(workflow_dispatch)'],
    ['schedule', {}, '(schedule)'],
    ['merge_group', { merge_group: { base_sha: 7 } }, '(merge_group)'],
    ['', {}, '(no event)'],
  ])('is none for %s %j', (name, event, detail) => {
    const found = baseOf(name, event);
    expect(found).toEqual({ problem: expect.stringMatching(/^this event has no pull request; set base \(/) });
    expect(JSON.stringify(found)).toContain(detail);
  });
});
