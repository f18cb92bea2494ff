/** Scripted histories of three machines, 200 commits and 60 cases: each change must be attributed to what it was. */
import { describe, expect, it } from 'vitest';
import { attribute } from './attribute.ts';
import type { CheckDocument } from './check.ts';
import { checkHistory, checkJudged } from './history.ts';
import {
  commitOf,
  kernelOf,
  MACHINES,
  type SyntheticEvent,
  type SyntheticHistory,
  syntheticRuns,
} from './testdata/synthetic.ts';
import { Track } from './track.ts';

function tracksOf(history: SyntheticHistory): Track[] {
  const tracks = new Map<string, Track>();
  for (const { facts, rows } of syntheticRuns(history)) {
    const track = tracks.get(facts.unit) ?? new Track(facts.machine, facts.unit);
    tracks.set(facts.unit, track);
    track.add(facts, rows);
  }
  return [...tracks.values()];
}

function check(events: readonly SyntheticEvent[], more: Partial<SyntheticHistory> = {}): CheckDocument {
  return checkHistory(
    tracksOf({ seed: 1, commits: 200, cases: 60, machines: MACHINES, missing: 0.02, events, ...more }),
  );
}

/** Changes within this many commits of a scripted event belong to it. */
const NEAR = 6;

/** The findings of the report, one line per kind, and the number of false alarms. */
function findings({ series, machineShifts }: CheckDocument, events: readonly SyntheticEvent[]): string[] {
  const moments = events
    .filter(({ at }) => at > 0)
    .flatMap(({ at, until }) => (until === undefined ? [at] : [at, until]));
  const indexOf = (at: string | null) => Number.parseInt(at ?? '0', 16) - Number.parseInt(commitOf(0), 16);
  const lines = new Map<string, number[]>();
  let groundless = 0;
  const note = (line: string, at: string | null, direction: string) => {
    const index = indexOf(at);
    if (moments.some((moment) => Math.abs(moment - index) <= NEAR))
      lines.set(line, [...(lines.get(line) ?? []), index]);
    else if (direction === 'slower') groundless++;
  };
  for (const { machine, ratio, scope, why, at } of machineShifts) {
    const direction = ratio > 1 ? 'slower' : 'faster';
    note(`${machine}: all cases ${direction} [${scope ?? 'others cannot tell'}] ${why}`, at, direction);
  }
  for (const { machine, id, changes } of series) {
    for (const { direction, scope, cause, at } of changes) {
      const kernel = id.split('kernel=')[1];
      note(
        `${machine}: ${kernel} ${direction} [${scope ?? 'others cannot tell'}] ${cause ?? 'no cause recorded'}`,
        at,
        direction,
      );
    }
  }
  const found = [...lines].map(([line, at]) => `${at.length} × ${line}, at ${Math.min(...at)}…${Math.max(...at)}`);
  return [...found.sort(), `${groundless} alarms without ground in 36,000 points`];
}

const isTiled = (index: number) => kernelOf(index) === 'register-tile';

const STORIES: Readonly<Record<string, readonly SyntheticEvent[]>> = {
  'nothing happens': [],
  'a kernel gets slower everywhere': [{ at: 120, factor: 1.08, cases: isTiled, kernelHash: 'ffffffffff' }],
  'a driver slows one kernel on one machine': [
    { at: 110, factor: 1.1, cases: isTiled, units: ['unit-b'], surroundings: { driver: '2.0' } },
  ],
  'a fifth of the points is missing': [{ at: 120, factor: 1.1, cases: isTiled, kernelHash: 'ffffffffff' }],
  'a machine gets slow': [{ at: 140, factor: 1.15, units: ['unit-c'] }],
  'a commit slows everything everywhere': [{ at: 130, factor: 1.12 }],
  'a slowdown is reverted after 12 commits': [{ at: 100, until: 112, factor: 1.2, cases: (index) => index === 6 }],
  'a slowdown is reverted after 3 commits': [{ at: 100, until: 103, factor: 1.2, cases: (index) => index === 6 }],
  'a slowdown is gone once it is confirmed': [{ at: 100, until: 105, factor: 1.2, cases: (index) => index === 6 }],
  'a machine is slow for 5 runs': [{ at: 100, until: 105, factor: 1.2, units: ['unit-b'] }],
  'a case slows down over 10 commits': [{ at: 100, ramp: 10, factor: 1.2, cases: (index) => index === 10 }],
  'a case is bimodal all along': [{ at: 0, factor: 1.12, share: 0.3, cases: (index) => index === 20 }],
  'a bimodal case gets slower': [
    { at: 0, factor: 1.12, share: 0.3, cases: (index) => index === 20 },
    { at: 150, factor: 1.3, cases: (index) => index === 20 },
  ],
  'most cases get slower at once': [{ at: 120, factor: 1.1, cases: (index) => index % 5 < 3 }],
};

/** Stories in which rows are missing more often than the 2 % of the others. */
const MISSING: Readonly<Record<string, number>> = { 'a fifth of the points is missing': 0.2 };

describe('histories with known truth', () => {
  for (const [story, events] of Object.entries(STORIES)) {
    it(story, async () => {
      const lines = findings(check(events, { missing: MISSING[story] ?? 0.02 }), events);
      await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`testdata/histories/${story.replaceAll(' ', '-')}.txt`);
    });
  }
});

describe('a change that still stands', () => {
  const events = [{ at: 80, factor: 1.2, cases: (index: number) => index === 6 }];
  const history = { seed: 1, commits: 200, cases: 60, machines: MACHINES, missing: 0.02, events };
  const judged = tracksOf(history).map(attribute);
  const verdicts = (until: 'it is old' | 'its level ends') =>
    checkJudged(judged, { until }).series.filter(({ changes }) => changes.at(-1)?.direction === 'slower');

  it('is no longer news after some points, and is told as what was before', () => {
    const old = verdicts('it is old');
    expect(old.length).toBeGreaterThanOrEqual(MACHINES.length);
    expect(new Set(old.map(({ verdict }) => verdict))).toEqual(new Set(['same']));
    for (const { reason, changes } of old)
      expect(reason).toMatch(new RegExp(`^no change in \\d+ points; before, slower since ${changes.at(-1)?.at}$`));
  });

  it('stays the verdict, however old it is, where levels are asked for', () => {
    for (const { verdict, at, changes } of verdicts('its level ends'))
      expect([verdict, at]).toEqual(['slower', changes.at(-1)?.at]);
  });
});
