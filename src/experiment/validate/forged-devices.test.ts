/** Peaks, adapters and clocks of a device that it is not. */
import { describe } from 'vitest';
import { first, measured } from './testdata/forger.ts';
import { type Forgery, refusesConsistent, refusesEdited, visits } from './testdata/forgery.ts';

const H100 = {
  source: 'gpu',
  vendor: 'nvidia',
  architecture: 'hopper',
  device: 'NVIDIA H100 80GB HBM3',
  description: 'NVIDIA H100 80GB HBM3',
  driver: 'NVIDIA 570.86.10',
} as const;
/** Made by a forger who derives everything again. */
const CONSISTENT: readonly Forgery[] = [
  [
    'no peaks',
    (draft) => {
      draft.peaks = [];
    },
    /no peak of this device/,
  ],
  [
    'higher peaks',
    (draft) => {
      for (const peak of draft.peaks) if (peak.flopPerSecond) peak.flopPerSecond *= 1e4;
    },
    /above .* of a CPU of 2 cores/,
  ],
  [
    'a peak of the H100',
    (draft) => {
      draft.environment.adapter = { ...draft.environment.adapter, ...H100 };
      draft.settings.adapter = 'auto';
    },
    /of what .*H100.* does by its vendor/,
  ],
  [
    'the H100 and a driver of llvmpipe',
    (draft) => {
      draft.environment.adapter = { ...draft.environment.adapter, ...H100, driver: 'llvmpipe (LLVM 15)' };
    },
    /the adapter is software/,
  ],
  [
    'a software adapter called H100',
    (draft) => {
      draft.environment.adapter = { ...draft.environment.adapter, ...H100, source: 'system-software' };
    },
    /a software adapter is called/,
  ],
  [
    'a card of one vendor with a driver of another',
    (draft) => {
      draft.environment.adapter = { ...draft.environment.adapter, ...H100, driver: 'radv Mesa 25' };
    },
    /description or driver is of amd/,
  ],
  [
    'Metal on Linux',
    (draft) => {
      draft.environment.adapter.backend = 'metal';
    },
    /backend metal does not exist on linux/,
  ],
  [
    'a card of NVIDIA with subgroups of software',
    (draft) => {
      Object.assign(draft.environment.adapter, H100);
      draft.settings.adapter = 'auto';
      draft.peaks = [];
    },
    /subgroupSize is 8 to 8; GPUs of nvidia have 32 to 32/,
  ],
  [
    'a card with the architecture of another',
    (draft) => {
      Object.assign(draft.environment.adapter, H100, { architecture: 'lovelace' });
      draft.settings.adapter = 'auto';
      draft.peaks = [];
    },
    /architecture is lovelace; a NVIDIA H100.* is of Hopper/,
  ],
  [
    'peaks of a tenth, so that all shares are good',
    (draft) => {
      draft.settings.probes = 2;
      for (const peak of draft.peaks) if (peak.flopPerSecond) peak.flopPerSecond /= 10;
    },
    /the sentinel ran at .* times the peak f32-fma, which cannot be that low/,
  ],
  [
    'a device clock so coarse that its samples may be equal',
    (draft) => {
      draft.timer.resolutionSeconds = 4.9e-5;
      for (const visit of visits(draft)) visit.samples = (visit.samples ?? []).map(() => visit.medianSeconds);
    },
    /the clock steps by 0\.000049 s; \d+ of \d+ samples are not whole steps/,
  ],
  [
    'a coarse device clock that would not be coarsened',
    (draft) => {
      draft.timer.resolutionSeconds = 1e-4;
    },
    /quantized is false for a clock that steps by 0\.0001 s/,
  ],
  [
    'a wall clock so coarse that its samples may be equal',
    (draft) => {
      Object.assign(draft.timer, { kind: 'wall', resolutionSeconds: 7e-5, wallResolutionSeconds: 7e-5 });
      for (const row of measured(draft)) {
        row.warnings.push({ code: 'wall-clock', message: 'x' });
        for (const visit of row.visits) visit.clock = 'wall';
      }
    },
    /the wall clock steps by 0\.00007 s, coarser than clocks outside browsers/,
  ],
  [
    'wall time for a reason of its own',
    (draft) => {
      const wall = draft.timer.wallResolutionSeconds ?? 0;
      Object.assign(draft.timer, { kind: 'wall', resolutionSeconds: wall, reason: 'look here' });
    },
    /timer\.reason is "look here", of no version/,
  ],
  [
    'wall time though there are timestamps',
    (draft) => {
      const wall = draft.timer.wallResolutionSeconds ?? 0;
      const reason = 'the device offers no timestamp-query';
      Object.assign(draft.timer, { kind: 'wall', resolutionSeconds: wall, reason });
    },
    /timer\.reason is that there are no timestamps/,
  ],
  [
    'an impossible subgroup',
    (draft) => {
      draft.environment.adapter.subgroupSize = [7, 9];
    },
    /subgroupSize is 7 to 9/,
  ],
];

/** Changed in one place. */
const EDITED: readonly Forgery[] = [
  [
    'no shares',
    (draft) => {
      for (const row of measured(draft)) {
        delete row.summary.ofPeak;
        delete row.summary.ofRoofline;
      }
    },
    /ofPeak is absent/,
  ],
  [
    'another share',
    (draft) => {
      first(draft).summary.ofPeak = 0.9;
    },
    /ofPeak/,
  ],
  [
    'launch-bound',
    (draft) => {
      first(draft).summary.launchBound = true;
    },
    /launchBound/,
  ],
  [
    'a figure of the vendor',
    (draft) => {
      const [peak] = draft.peaks;
      if (peak) peak.vendor = { flopPerSecond: 1e15, from: 'data sheet' };
    },
    /not that of this version's table/,
  ],
  ['a peak twice', (draft) => void draft.peaks.push(structuredClone(draft.peaks[0] as never)), /two peaks/],
  [
    'a device clock that is not there',
    (draft) => {
      draft.environment.adapter.timestamps = false;
    },
    /has no timestamps/,
  ],
  [
    'a wall clock slower than the device',
    (draft) => {
      for (const visit of visits(draft)) visit.wallSeconds = visit.medianSeconds / 2;
    },
    /while the device worked|profile/,
  ],
  [
    'a device clock of no relation to the wall clock',
    (draft) => {
      draft.timer.gpuOverWall = 0.001;
    },
    /gpuOverWall is 0\.001: the proof of the timer allows/,
  ],
  [
    'a reason for wall time beside device time',
    (draft) => {
      draft.timer.reason = 'x';
    },
    /timer\.reason says why wall time is used/,
  ],
  [
    'the memory of a data centre',
    (draft) => {
      draft.environment.adapter.memoryBytes = 1e15;
    },
    /memoryBytes is 1000000000000000/,
  ],
  [
    'an unproven timer',
    (draft) => {
      draft.timer.proven = false;
    },
    /not proven/,
  ],
];

describe('forged devices do not pass', () => {
  refusesConsistent(CONSISTENT);
  refusesEdited(EDITED);
});
