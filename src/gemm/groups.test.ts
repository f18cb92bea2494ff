import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ROUTINGS, type RoutingRequest, routeRows } from './groups.ts';

const requests: fc.Arbitrary<RoutingRequest> = fc
  .record({
    experts: fc.integer({ min: 1, max: 130 }),
    tokens: fc.integer({ min: 1, max: 60 }),
    topK: fc.integer({ min: 1, max: 8 }),
    routing: fc.constantFrom(...ROUTINGS),
    seed: fc.nat(),
  })
  .map((request) => ({ ...request, topK: Math.min(request.topK, request.experts) }));

test('every token reaches topK different experts', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const rows = routeRows(request);
      expect(rows).toHaveLength(request.experts);
      expect(rows.reduce((sum, count) => sum + count, 0)).toBe(request.tokens * request.topK);
      expect(Math.min(...rows)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...rows)).toBeLessThanOrEqual(request.tokens);
      expect(routeRows(request)).toEqual(rows);
    }),
  );
});

describe('uniform', () => {
  test('counts differ by at most one', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const rows = routeRows({ ...request, routing: 'uniform' });
        expect(Math.max(...rows) - Math.min(...rows)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('decode touches exactly tokens·topK experts, spread evenly', () => {
    expect(routeRows({ experts: 8, tokens: 1, topK: 4, routing: 'uniform', seed: 0 })).toEqual([
      0, 1, 0, 1, 0, 1, 0, 1,
    ]);
    expect(routeRows({ experts: 5, tokens: 4, topK: 2, routing: 'uniform', seed: 0 })).toEqual([1, 2, 1, 2, 2]);
  });
});

describe('skewed', () => {
  const request: RoutingRequest = { experts: 32, tokens: 4096, topK: 2, routing: 'skewed', seed: 5 };

  test('popularity falls like 1/rank', () => {
    const sorted = routeRows(request).sort((a, b) => b - a);
    // Shares of a draw of two without repeats: flatter at the top than 1 : 1/2 : 1/4.
    expect((sorted[0] ?? 0) / (sorted[1] ?? 0)).toBeGreaterThan(1.3);
    expect((sorted[1] ?? 0) / (sorted[7] ?? 0)).toBeGreaterThan(2.5);
    expect(sorted[0]).toBeGreaterThan(10 * (sorted[31] ?? 0));
  });

  test('another seed, other favourites', () => {
    const favourite = (seed: number) => {
      const rows = routeRows({ ...request, seed });
      return rows.indexOf(Math.max(...rows));
    };
    expect(new Set([1, 2, 3, 4, 5, 6].map(favourite)).size).toBeGreaterThan(2);
  });

  test('every expert at once', () => {
    expect(routeRows({ experts: 16, tokens: 3, topK: 16, routing: 'skewed', seed: 0 })).toEqual(new Array(16).fill(3));
  });
});

test.each([
  [{ experts: 0 }, 'experts must be a positive integer, got 0'],
  [{ tokens: 1.5 }, 'tokens must be a positive integer, got 1.5'],
  [{ topK: 9 }, 'topK 9 exceeds the 8 experts a token can choose from'],
])('refuses %j', (change, message) => {
  expect(() => routeRows({ experts: 8, tokens: 4, topK: 2, routing: 'uniform', seed: 0, ...change })).toThrow(message);
});
