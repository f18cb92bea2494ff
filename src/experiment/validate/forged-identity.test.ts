/** Names, seeds, hashes and places of another record. */
import { describe, expect, it } from 'vitest';
import type { CommitFacts } from './provenance.ts';
import { problemKey } from './suites.ts';
import { first, forged, measured } from './testdata/forger.ts';
import { type Forgery, process, refusesEdited, vet } from './testdata/forgery.ts';
import { SOUND } from './testdata/sound.ts';

const FACTS: CommitFacts = {
  committedAt: new Date('2026-11-24T15:00:00Z'),
  isReviewed: true,
  versions: {},
  kernels: null,
  problems: null,
};

/** Changed in one place. */
const EDITED: readonly Forgery[] = [
  [
    'another id',
    (draft) => {
      draft.id = '20261124T151325Z-deadbeef';
    },
    /id is .*; startedAt and commit make it/,
  ],
  [
    'a later start',
    (draft) => {
      draft.startedAt = '2026-11-24T16:13:25.000Z';
    },
    /id is|started before the run/,
  ],
  [
    'the name of another machine',
    (draft) => {
      draft.machine = 'nvidia-h100-80gb-hbm3-vulkan-linux';
    },
    /its adapter and system make it/,
  ],
  [
    'a unit that is a person',
    (draft) => {
      draft.unit = 'jane';
    },
    /16 hexadecimal digits/,
  ],
  [
    'another order of visits',
    (draft) => {
      process(draft, 1).orderSeed = 4711;
    },
    /orderSeed is 4711/,
  ],
  [
    'another seed',
    (draft) => {
      draft.settings.seed = 2;
    },
    /orderSeed/,
  ],
  [
    'seed and order seeds of another run',
    (draft) => {
      draft.settings.seed = 7;
      for (const each of draft.processes) each.orderSeed = 7 * 1009 + each.index;
    },
    /do not follow the order of cases/,
  ],
  [
    'an adapter that was not asked for',
    (draft) => {
      draft.settings.adapter = 'gpu';
    },
    /settings\.adapter is gpu; the adapter is system-software/,
  ],
  [
    'the scenario of a scripted device',
    (draft) => {
      draft.settings.scenario = 'a'.repeat(64);
    },
    /settings\.scenario is of a scripted device/,
  ],
  [
    'the journal of an experiment',
    (draft) => {
      draft.settings.experiment = 'tune';
    },
    /settings\.experiment is tune/,
  ],
  [
    'probes of the future',
    (draft) => {
      draft.settings.probes = 99;
    },
    /settings\.probes is 99/,
  ],
  [
    'a page’s runtime',
    (draft) => {
      draft.environment.runtime = { name: 'chrome', version: '140' };
    },
    /runtime chrome with backend vulkan/,
  ],
  [
    'a system that is none',
    (draft) => {
      draft.environment.os.platform = 'plan9';
      draft.environment.adapter.backend = 'glide';
    },
    /os\.platform is plan9[\s\S]*backend glide is none of/,
  ],
  [
    'a commit of eight digits',
    (draft) => {
      if (draft.commit) draft.commit.sha = draft.commit.sha.slice(0, 8);
    },
    /commit 97bae60f is abbreviated/,
  ],
  [
    'kernels without a file',
    (draft) => {
      for (const { kernel } of measured(draft)) delete kernel.hash;
    },
    /kernel \S+ has no hash of its file/,
  ],
  [
    'a tuning that the run did not have',
    (draft) => {
      first(draft).kernel.tuning = 'a'.repeat(64);
    },
    /kernel\.tuning, of a run without tunings/,
  ],
  [
    'looks that are not planned',
    (draft) => {
      draft.settings.looks = [3, 6, 9];
    },
    /settings\.looks is 3, 6, 9; 3 processes make it 3/,
  ],
  [
    'another series',
    (draft) => {
      first(draft).series = '0123456789abcdef';
    },
    /series is/,
  ],
  [
    'a dirty tree',
    (draft) => {
      if (draft.commit) draft.commit.dirty = true;
    },
    /id is/,
  ],
  [
    'samples of another file',
    (draft) => {
      if (draft.samples) draft.samples.file = '../../etc/passwd';
    },
    /samples\.file|path/,
  ],
  [
    'a path',
    (draft) => {
      draft.settings.kernels.from = '/home/jane/kernels';
    },
    /path/,
  ],
];

describe('forged identity do not pass', () => {
  refusesEdited(EDITED);
});

describe('identity', () => {
  it('may have a commit of decimal digits, and a number for the second run of a second', () => {
    const decimal = (behind: string) =>
      forged((draft) => {
        draft.commit = { sha: `91524225${'0'.repeat(32)}`, dirty: false };
        draft.id = `20261124T151325Z-91524225${behind}`;
        if (draft.samples) draft.samples.file = `${draft.id}.samples.json.gz`;
      });
    for (const behind of ['', '-2', '-10']) expect(vet(decimal(behind)).verdict).toBe('accept');
    for (const behind of ['-x', '-1', '-2-3', '2']) expect(vet(decimal(behind)).verdict).toBe('refuse');
  });

  it('do not pass in the folder of another machine, or under another name', () => {
    expect(vet(SOUND, { folder: 'nvidia-h100-vulkan-linux' })).toMatchObject({
      verdict: 'refuse',
      reasons: [expect.stringContaining('folder of nvidia-h100')],
    });
    expect(vet(SOUND, { fileName: '20261124T151325Z-00000000' }).verdict).toBe('refuse');
  });

  it('do not pass with a commit that is not here, that nobody reviewed, or of another time, version, suite or kernels', () => {
    const found = (facts: Partial<CommitFacts>) => vet(SOUND, { commit: { ...FACTS, ...facts } }).reasons.join('\n');
    expect(vet(SOUND, { commit: null })).toMatchObject({
      verdict: 'ask',
      reasons: [expect.stringContaining('not in this repository')],
    });
    expect(found({ committedAt: new Date('2026-11-24T18:00:00Z') })).toMatch(/before the commit/);
    expect(found({ isReviewed: false })).toMatch(/not in the history of this repository/);
    expect(found({ versions: { shapemark: '9.0.0', dawn: '0.6.2' } })).toMatch(
      /shapemark is 0\.1\.0; .* makes it 9\.0\.0/,
    );
    expect(found({ versions: { dawn: '0.7.0' } })).toMatch(/dawn is 0\.6\.2; .* makes it 0\.7\.0/);
    const own = SOUND.cases.map(({ id, from }) => [problemKey(id), from] as const);
    expect(found({ problems: new Map(own) })).not.toMatch(/have no row|the suite says/);
    expect(found({ problems: new Map(own.map(([key]) => [key, 'a model'])) })).toMatch(
      /from is ".*; the suite says "a model"/,
    );
    expect(found({ problems: new Map([...own, ['quick/decode/slow', '']]) })).toMatch(
      /1 of \d+ problems of the suites quick .* quick\/decode\/slow/,
    );
    expect(found({ kernels: { origin: 'kernels', kernels: [] } })).toMatch(
      /kernels\.hash[\s\S]*the commit has no kernel/,
    );
  });
});
