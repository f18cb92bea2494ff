import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../src/stats/random.ts';
import { DETECTORS } from './detectors.ts';
import { changePoints } from './e-divisive.ts';
import { halfOf, type Panel, panelsOf } from './histories.ts';
import { labelsOf, scoreLabels } from './labels.ts';
import { drawStreams, score } from './score.ts';
import { blockIndices, residuals } from './streams.ts';
import { studentQuantile, studentTwoSided } from './student.ts';

const family = (name: string) => DETECTORS.find((one) => one.name === name) as (typeof DETECTORS)[number];

function panel(sigma: number, count = 8, length = 150): Panel {
  const random = seededRandom(1);
  const series = Array.from({ length: count }, (_, i) => ({
    name: `case ${i}`,
    cost: Float64Array.from({ length }, () => sigma * gaussian(random)),
  }));
  return { file: 'x.json', series };
}

describe("Student's t", () => {
  it('agrees with published tables', () => {
    expect(studentQuantile(0.975, 10)).toBeCloseTo(2.2281, 4);
    expect(studentQuantile(0.99, 63)).toBeCloseTo(2.387, 3);
    expect(studentQuantile(0.95, 1)).toBeCloseTo(6.3138, 4);
    expect(studentTwoSided(2.0452, 29)).toBeCloseTo(0.05, 4);
    expect(studentTwoSided(0, 5)).toBeCloseTo(1, 9);
  });
});

describe('E-divisive', () => {
  it('finds steps where they are', () => {
    const random = seededRandom(2);
    const values = Float64Array.from(
      { length: 120 },
      (_, i) => (i >= 40 ? 0.1 : 0) + (i >= 80 ? -0.05 : 0) + 0.01 * gaussian(random),
    );
    const found = changePoints(values, 1e-3);
    expect(found.map(({ index }) => index)).toEqual([40, 80]);
    expect(found[0]?.size).toBeCloseTo(0.1, 1);
  });
});

describe('histories', () => {
  it('are read into costs: up is worse', () => {
    const points = [
      ['c1', '', 2],
      ['', '', 0],
      ['c3', 't', 8],
    ];
    const series = [
      { name: 'time', unit: 'ns', better: 'lower', points },
      { name: 'rate', unit: 'ops', better: 'higher', points },
      { name: 'other', unit: 'ns', better: 'lower', points: points.slice(1) },
    ];
    const panels = panelsOf({ series }, 'f.json');
    expect(panels.map((one) => one.series.map(({ name }) => name))).toEqual([['time', 'rate'], ['other']]);
    expect([...(panels[0]?.series[0]?.cost ?? [])]).toEqual([Math.log(2), Number.NaN, Math.log(8)]);
    expect(panels[0]?.series[1]?.cost[2]).toBe(-Math.log(8));
  });

  it('are refused with the place of what is wrong', () => {
    expect(() => panelsOf({}, 'f.json')).toThrow('f.json: expected an object with a list "series"');
    expect(() => panelsOf({ series: [{ name: 'x', better: 'up', points: [] }] }, 'f.json')).toThrow(
      'f.json: series[0]: "better"',
    );
    expect(() => labelsOf({ x: ['1'] }, 'l.json')).toThrow('l.json: "x" must be a list of point indices');
  });

  it('are split by the hash of file and name', () => {
    expect(halfOf('a.json', 'x')).toBe(halfOf('a.json', 'x'));
    const halves = Array.from({ length: 400 }, (_, i) => halfOf('a.json', `series ${i}`));
    expect(halves.filter((half) => half === 'tuning').length).toBeGreaterThan(150);
    expect(halves.filter((half) => half === 'report').length).toBeGreaterThan(150);
  });
});

describe('streams', () => {
  it('keep outliers and lose steps', () => {
    const cost = Float64Array.from({ length: 60 }, (_, i) => (i >= 30 ? 1 : 0) + (i === 10 ? 0.5 : 0));
    const left = residuals(cost);
    expect(left[10]).toBe(0.5);
    expect([...left].filter((value) => value !== 0)).toEqual([0.5]);
  });

  it('are drawn in whole blocks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer(),
        (source, length, block, seed) => {
          const indices = blockIndices(source, length, block, seededRandom(seed));
          expect(indices).toHaveLength(length);
          indices.forEach((index, i) => {
            expect(index).toBeGreaterThanOrEqual(0);
            expect(index).toBeLessThan(source);
            if (i % Math.min(block, source) > 0) expect(index).toBe((indices[i - 1] ?? 0) + 1);
          });
        },
      ),
    );
  });
});

describe('scores', () => {
  const streams = drawStreams([panel(0.01)]);

  it('tell a detector that finds steps from one that does not', () => {
    const ours = score(family('shapemark'), family('shapemark').setting, streams);
    expect(ours.found['20']?.[0]).toBeGreaterThan(0.95);
    expect(ours.found['10']?.[0]).toBeGreaterThan(0.9);
    expect(ours.falseAlarmsPer1000).toBeLessThan(2);
    const blind = score(family('ratio-200'), 2, streams);
    expect(blind.found['20']).toEqual([0, 0]);
    expect(blind.falseAlarmsPer1000).toBe(0);
    const nervous = score(family('ratio-110'), 1.02, streams);
    expect(nervous.falseAlarmsPer1000).toBeGreaterThan(20);
    expect(nervous.chance).toBeGreaterThan(0.2);
  });

  it('hold every alternative to its knob: stricter is quieter', () => {
    for (const { name, settings, ...rest } of DETECTORS) {
      const [lax, strict] = [settings[0], settings.at(-1)].map((one) =>
        score({ name, settings, ...rest }, one ?? 0, streams),
      );
      expect(strict?.falseAlarmsPer1000, name).toBeLessThanOrEqual(lax?.falseAlarmsPer1000 ?? 0);
    }
  });

  it('count each labelled change once', () => {
    const marked = panel(0.01, 2);
    const [first] = marked.series;
    const stepped = {
      ...marked,
      series: [{ name: 'a', cost: (first?.cost ?? new Float64Array()).map((v, i) => v + (i >= 80 ? 0.2 : 0)) }],
    };
    expect(scoreLabels(family('shapemark'), [stepped], { a: [80] })).toEqual({ precision: 1, recall: 1, f1: 1 });
    expect(scoreLabels(family('shapemark'), [stepped], { a: [20, 80] }).recall).toBe(0.5);
    expect(scoreLabels(family('shapemark'), [stepped], {}).f1).toBe(0);
  });
});
