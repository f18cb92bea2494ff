import { describe, expect, it } from 'vitest';
import { attribute } from './attribute.ts';
import { bandOf } from './band.ts';
import { DETECTOR } from './detector.ts';
import { MACHINES, syntheticRuns } from './testdata/synthetic.ts';
import { Track } from './track.ts';

const [machine] = MACHINES;
const slow = { at: 50, factor: 1.2, cases: (index: number) => index === 3 };
const track = new Track('discrete-a', 'unit-a');
for (const { facts, rows } of syntheticRuns({
  ...{ seed: 5, commits: 90, cases: 12, missing: 0.02, events: [slow] },
  machines: machine ? [machine] : [],
}))
  track.add(facts, rows);
const judged = attribute(track);

describe('the band of a history', () => {
  it('has every point, and a level as soon as the detector has one', () => {
    const points = bandOf(judged, 3);
    expect(points.map(({ run }) => run)).toEqual(track.present(3));
    const first = points.findIndex(({ bounds }) => bounds !== null);
    expect(first).toBe(DETECTOR.minLevelPoints + DETECTOR.slower.points - 1);
  });

  it('is left by every point that confirmed a slowdown, and by no five points in a row elsewhere', () => {
    for (const column of track.columns.keys()) {
      const points = bandOf(judged, column);
      const confirmed = judged.events.filter(
        (one) => one.column === column && one.kind === 'confirmed' && one.size > 0,
      );
      const { points: needed } = DETECTOR.slower;
      const above = points.flatMap(({ run, bounds }, i) => {
        const last = points.slice(Math.max(0, i - needed + 1), i + 1);
        return bounds && last.every(({ cost }) => cost > bounds.slower) ? [run] : [];
      });
      expect(above).toEqual(confirmed.map(({ at }) => at));
    }
    expect(judged.events.filter(({ kind, size }) => kind === 'confirmed' && size > 0)).toHaveLength(1);
  });
});
