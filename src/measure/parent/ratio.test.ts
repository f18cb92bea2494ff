import { describe, expect, it } from 'vitest';
import { pairedRatio } from './ratio.ts';
import { pairedSettings } from './settings.ts';
import { measureScripted, scriptedSource, testCase, testSettings } from './testdata/scripted-experiment.ts';

async function ratios(scenario: string): Promise<number[]> {
  const { cases } = await measureScripted(scenario, {
    cases: [testCase('one')],
    settings: pairedSettings(testSettings()),
    enter: () => ({
      reference: null,
      contenders: [
        { name: 'base', source: scriptedSource('base') },
        { name: 'head', source: scriptedSource('head') },
      ],
    }),
  });
  return (cases[0]?.visits ?? []).flatMap((visit) =>
    visit.result ? (pairedRatio(visit.result, 'base', 'head') ?? []) : [],
  );
}

describe('pairedRatio', () => {
  it('is head time over base time', async () => {
    for (const ratio of await ratios('cost: [{when: kernel=head, seconds: 0.0022}, {seconds: 0.002}]'))
      expect(ratio).toBeCloseTo(1.1, 6);
  });

  it('does not see a machine that slows down while it measures', async () => {
    const drifting = await ratios('cost: [{seconds: 0.002}]\ndrift: {perSecond: 0.2}');
    for (const ratio of drifting) expect(Math.abs(ratio - 1)).toBeLessThan(0.02);
    const stepping = await ratios(
      'cost: [{seconds: 0.002}]\nsteps: [{afterSeconds: 0.9, factor: 2}, {afterSeconds: 1.7, factor: 0.5}]',
    );
    for (const ratio of stepping) expect(Math.abs(ratio - 1)).toBeLessThan(0.02);
  });

  it('sees two identical pipelines that run differently for the life of a process', async () => {
    const bimodal = await ratios(
      'cost: [{seconds: 0.002}]\nnoise: {betweenProcesses: {kind: bimodal, probability: 0.5, factor: 1.2}}\nseed: 3',
    );
    expect(bimodal.some((ratio) => Math.abs(ratio - 1) > 0.15)).toBe(true);
  });
});
