/** Records of the page that measures: a sound one, and what gives a made-up one away. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../record/schema.ts';
import { readRecord, readSamples } from '../../record/store/store.node.ts';
import { recordTier } from '../../record/tier.ts';
import { vetFile } from './file.ts';
import { consistent, type Draft, forged, scaleTimes } from './testdata/forger.ts';
import { SOUND, NOW as SOUND_NOW } from './testdata/sound.ts';
import { vetFindings, vetRecord } from './vet.ts';

/** Measured in Chromium on SwiftShader, with timestamps as coarse as a browser makes them. */
const FILE = fileURLToPath(new URL('testdata/browser/20261129T234836Z-0139a0d9.json', import.meta.url));
const NOW = new Date('2026-11-30T12:00:00Z');
const record = readSamples(FILE, readRecord(FILE));
if (!record) throw new Error(`${FILE} has no samples`);
const BROWSER: RunRecord = record;

const vet = (of: RunRecord, now = NOW) => vetRecord(of, { withSamples: true, now });
const visits = (draft: Draft) => draft.cases.flatMap((row) => row.visits);

const asGpu = (draft: Draft, vendor: string) =>
  Object.assign(draft.environment.adapter, { source: 'gpu', vendor, architecture: 'family' });

type Forgery = readonly [name: string, change: (draft: Draft) => void, reason: RegExp];

const FORGERIES: readonly Forgery[] = [
  [
    'processes that would be fresh',
    (draft) => {
      for (const each of draft.processes) each.replication = 'process';
    },
    /process 0: replication is process; with backend browser it is device/,
  ],
  [
    'one process that would be fresh',
    (draft) => {
      for (const each of draft.processes.slice(1, 2)) each.replication = 'process';
    },
    /process 1: replication is process/,
  ],
  [
    'node',
    (draft) => {
      draft.environment.runtime = { name: 'node', version: '24.0.0' };
    },
    /backend browser in node/,
  ],
  [
    'a version of Dawn',
    (draft) => {
      draft.environment.dawn = '0.6.2';
    },
    /environment\.dawn is 0\.6\.2, which no page learns/,
  ],
  [
    'the model of the CPU',
    (draft) => {
      draft.environment.cpu.model = 'AMD EPYC';
    },
    /cpu\.model is AMD EPYC/,
  ],
  [
    'a cache switched off',
    (draft) => {
      draft.environment.shaderCache = 'off';
    },
    /shaderCache is off/,
  ],
  [
    'a lower priority',
    (draft) => {
      draft.environment.yieldCpu = true;
    },
    /yieldCpu is true/,
  ],
  [
    'toggles',
    (draft) => {
      draft.environment.adapter.toggles = ['+allow_unsafe_apis'];
    },
    /adapter\.toggles/,
  ],
  [
    'the size of the memory',
    (draft) => {
      draft.environment.adapter.memoryBytes = 2 ** 34;
    },
    /adapter\.memoryBytes/,
  ],
  [
    'a tuning',
    (draft) => {
      draft.settings.tuning = 'a'.repeat(64);
    },
    /settings\.tuning/,
  ],
  [
    'unchecked indexes',
    (draft) => {
      for (const row of draft.cases.slice(0, 1)) row.robustness = 'off';
    },
    /robustness is off/,
  ],
  [
    'another engine',
    (draft) => {
      draft.environment.engine = 'gpujs';
    },
    /environment\.engine is gpujs/,
  ],
  [
    'a name that browsers keep',
    (draft) => {
      asGpu(draft, 'nvidia');
      draft.environment.adapter.device = 'NVIDIA GeForce RTX 4090';
    },
    /software|named as .*4090, which browsers tell developers only/,
  ],
  [
    'SwiftShader that would be a GPU',
    (draft) => {
      draft.environment.adapter.source = 'gpu';
    },
    /the adapter is software/,
  ],
  [
    'SwiftShader, claimed to be a GPU',
    (draft) => {
      draft.environment.claimed = 'NVIDIA GeForce RTX 4090';
    },
    /claimed to be "NVIDIA GeForce RTX 4090"; the adapter is software/,
  ],
  [
    'a GPU of one vendor, claimed to be of another',
    (draft) => {
      asGpu(draft, 'apple');
      draft.environment.claimed = 'NVIDIA GeForce RTX 4090';
    },
    /of nvidia; the adapter is of apple/,
  ],
  [
    'a claim with space around it',
    (draft) => {
      draft.environment.claimed = ' Arc ';
    },
    /claimed is empty, or has space/,
  ],
  [
    'a claim of markup',
    (draft) => {
      draft.environment.claimed = '<b>4090</b>';
    },
    /environment\.claimed contains markup/,
  ],
  [
    'a finer wall clock',
    (draft) => {
      draft.timer.wallResolutionSeconds = 1e-7;
    },
    /finer than browsers let pages see/,
  ],
  [
    'samples between the steps of the clock',
    (draft) => {
      for (const visit of visits(draft)) visit.samples = (visit.samples ?? []).map((sample) => sample * 0.993);
    },
    /samples are not whole steps of it/,
  ],
  [
    'all times halved',
    (draft) => {
      for (const visit of visits(draft)) {
        visit.samples = (visit.samples ?? []).map((sample) => sample / 2);
        visit.wallSeconds /= 2;
      }
    },
    /profile\.kernels|samples take/,
  ],
  [
    'another machine',
    (draft) => {
      draft.environment.os.platform = 'win32';
      draft.environment.adapter.backend = 'vulkan';
    },
    /replication is device; with backend vulkan it is process/,
  ],
];

describe('a record of a browser', () => {
  it('is accepted, as context', async () => {
    expect(await vetFile(FILE, 'x.json', { names: [], now: NOW })).toEqual({
      ...{ file: 'x.json', verdict: 'accept', reasons: [] },
      tier: 'browser',
    });
    expect(recordTier(SOUND)).toBe('single');
    expect(BROWSER.timer).toMatchObject({ kind: 'gpu', quantized: true });
  });

  it('may claim a name, which changes no bound', () => {
    const claimed = consistent((draft) => {
      asGpu(draft, 'nvidia');
      draft.environment.claimed = 'NVIDIA H100';
      draft.environment.adapter.architecture = 'hopper';
    }, BROWSER);
    const reasons = vet(claimed).reasons.join('\n');
    // Peaks far below the vendor's are asked about where the adapter itself has the name.
    expect(reasons).not.toMatch(/H100|claimed/);
  });

  it('is asked about where it is faster than any GPU of the vendor, all that a browser tells', () => {
    const fast = (vendor: string) =>
      consistent((draft) => {
        asGpu(draft, vendor);
        scaleTimes(draft, 1e-4);
      }, BROWSER);
    const found = (vendor: string) =>
      [...vetFindings(fast(vendor), { withSamples: true, now: NOW })].map(({ reason }) => reason).join('\n');
    expect(found('qualcomm')).toMatch(/FLOP\/s are above the fastest GPU of qualcomm in the table/);
    expect(found('nvidia')).not.toMatch(/above the fastest/);
  });

  it.each(FORGERIES)('does not pass with %s', (_, change, reason) => {
    const { verdict, reasons } = vet(consistent(change, BROWSER));
    expect(verdict).not.toBe('accept');
    expect(reasons.join('\n')).toMatch(reason);
  });
});

describe('a record of processes', () => {
  it.each([
    [
      'devices instead of processes',
      (draft: Draft) => {
        for (const each of draft.processes.slice(0, 1)) each.replication = 'device';
      },
      /process 0: replication is device; with backend vulkan it is process/,
    ],
    [
      'a claim',
      (draft: Draft) => {
        draft.environment.claimed = 'NVIDIA H100';
      },
      /environment\.claimed is for browsers/,
    ],
  ] as const)('does not pass with %s', (_, change, reason) => {
    const { verdict, reasons } = vet(forged(change), SOUND_NOW);
    expect(verdict).toBe('refuse');
    expect(reasons.join('\n')).toMatch(reason);
  });
});
