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
