import { describe, expect, it } from 'vitest';
import { notServed } from '../../record/not-served.ts';
import type { RunRecord } from '../../record/schema.ts';
import { NOW, SOUND } from './testdata/sound.ts';
import { vetRecord } from './vet.ts';

const vet = (changes: Partial<RunRecord>, names: readonly string[] = []) =>
  vetRecord({ ...SOUND, ...changes }, { withSamples: true, now: NOW, names });
const from = (path: string) => ({ settings: { ...SOUND.settings, kernels: { from: path, hash: '' } } });

describe('vetting', () => {
  it.each<[string, Partial<RunRecord>, RegExp]>([
    ['a machine that is a path', { machine: '../x' }, /is not a name/],
    ['no case', { cases: [] }, /no case/],
    ['no case, and none that is not served', { cases: [], notServed: notServed([]) }, /no case/],
    ['a path', from('/home/jo/kernels'), /holds the path \/home\/jo/],
    [
      'a path of any letters, with a space',
      from('C:\\Users\\Анна Ли\\kernels'),
      /settings\.kernels\.from: holds the path C:\\Users\\Анна Ли\\kernels/,
    ],
  ])('refuses %s', (_, changes, reason) => {
    const { verdict, reasons } = vet(changes);
    expect(verdict).toBe('refuse');
    expect(reasons.join('\n')).toMatch(reason);
  });

  it.each<[string, Partial<RunRecord>, RegExp]>([
    ['no commit', { commit: null, id: '20261124T151325Z-nogit', samples: undefined }, /commit is unknown/],
    [
      'a dirty tree',
      {
        commit: { sha: SOUND.commit?.sha ?? '', dirty: true },
        id: '20261124T151325Z-97bae60f-dirty',
        samples: undefined,
      },
      /differed from commit 97bae60f/,
    ],
    ['an unproven timer', { timer: { ...SOUND.timer, proven: false } }, /not proven/],
    ...['Ann Lee\\kernels', 'homeиван/kernels', 'home/jo/kernels', 'Ann Lee/kernels'].map(
      (path): [string, Partial<RunRecord>, RegExp] => [
        `what a scrubbing left: ${path}`,
        from(path),
        /settings\.kernels\.from.* may /,
      ],
    ),
  ])('asks about %s', (_, changes, reason) => {
    const { verdict, reasons } = vet(changes);
    expect({ verdict, reasons: reasons.join('\n') }).toEqual({
      verdict: 'ask',
      reasons: expect.stringMatching(reason),
    });
  });

  it('asks when the samples are not there, and when a name of this machine is', () => {
    expect(vetRecord(SOUND, { withSamples: false, now: NOW }).verdict).toBe('ask');
    expect(vet({}, ['jo', 'Mesa']).reasons).toContain('environment.adapter.vendor: holds the name "Mesa"');
  });
});
