/** Verification, operands and settings other than they were. */
import { describe } from 'vitest';
import { type Draft, first, measured, sumUp } from './testdata/forger.ts';
import { type Forgery, refusesConsistent, refusesEdited } from './testdata/forgery.ts';

/** Every third row becomes one without times. */
function leaveOut(draft: Draft, reason: string): void {
  draft.cases = draft.cases.map((row, i): Draft['cases'][number] => {
    if (i % 3 > 0 || row.status !== 'measured') return row;
    const { summary: _, verify: __, ...rest } = row;
    return { ...rest, status: 'skipped', visits: [], warnings: [], reason };
  });
  sumUp(draft);
}

/** Made by a forger who derives everything again. */
const CONSISTENT: readonly Forgery[] = [
  [
    'other settings of sampling',
    (draft) => {
      draft.settings.sampling.sampleSeconds = 0.1;
    },
    /not that of any version/,
  ],
  [
    'a reference of a few elements',
    (draft) => {
      draft.settings.referenceMacs = { first: 1, later: 1 };
      for (const row of measured(draft)) row.verify.checked = 4;
    },
    /referenceMacs is .* of no version/,
  ],
  [
    'no reference, and one element checked',
    (draft) => {
      delete draft.settings.referenceMacs;
      for (const row of measured(draft)) row.verify.checked = 1;
    },
    /referenceMacs is undefined, of no version/,
  ],
  [
    'errors a hundredth of what they were',
    (draft) => {
      for (const row of measured(draft)) row.verify.kernelError = (row.verify.kernelError ?? 0) / 100;
    },
    /kernelError is .*; sums of 2880 products in f32 are not as exact/,
  ],
  [
    'slow rows left out for a budget that did not end the run',
    (draft) => leaveOut(draft, 'budget'),
    /was skipped for the budget; the run ended by its processes/,
  ],
  [
    'slow rows left out for a budget that was hardly spent',
    (draft) => {
      leaveOut(draft, 'budget');
      Object.assign(draft, { ended: 'budget' });
      draft.settings.budgetSeconds = 1e4;
    },
    /skipped for the budget, of which .* of 10000 s were spent/,
  ],
  [
    'rows left out for another reason',
    (draft) => leaveOut(draft, 'boring'),
    /was skipped for "boring", a reason of no version/,
  ],
];

/** Changed in one place. */
const EDITED: readonly Forgery[] = [
  [
    'a smaller budget of error',
    (draft) => {
      first(draft).verify.budget /= 2;
    },
    /verify\.budget is/,
  ],
  [
    'more operand sets than fit',
    (draft) => {
      first(draft).operands.sets = 1000;
    },
    /1000 operand sets; the settings make it/,
  ],
  [
    'operands larger than they are',
    (draft) => {
      first(draft).operands.bytesPerSet = 1e10;
    },
    /bytesPerSet is 10000000000/,
  ],
  [
    'textures that no warning tells of',
    (draft) => {
      first(draft).kernel.textureFillSeconds = { b: 1 };
    },
    /the warning texture-fed is missing/,
  ],
  [
    'unchecked indexes in a run that checked them',
    (draft) => {
      first(draft).robustness = 'off';
    },
    /robustness is off; the toggles make it on/,
  ],
  [
    'times over a sentinel that was not read beside them',
    (draft) => {
      for (const visit of first(draft).visits) visit.toSentinel = 0.1;
    },
    /times over the sentinel, which was not read/,
  ],
  [
    'fewer elements checked',
    (draft) => {
      first(draft).verify.checked = 1;
    },
    /1 elements checked/,
  ],
  [
    'a larger budget of error',
    (draft) => {
      first(draft).verify.budget = 0.5;
    },
    /verify\.budget/,
  ],
  [
    'an error over the budget',
    (draft) => {
      first(draft).verify.kernelError = 1;
    },
    /over the budget/,
  ],
  [
    'never verified',
    (draft) => {
      first(draft).verify.kernelError = null;
    },
    /never verified/,
  ],
  [
    'not verified again',
    (draft) => {
      first(draft).verify.again = false;
    },
    /not verified again/,
  ],
  [
    'operands smaller than they are',
    (draft) => {
      first(draft).operands.bytesPerSet = 10;
    },
    /bytesPerSet/,
  ],
  [
    'hot operands called cold',
    (draft) => {
      draft.settings.coldBytes = 1 << 30;
    },
    /operand sets/,
  ],
  [
    'fewer processes than asked for',
    (draft) => {
      draft.settings.processes = 6;
    },
    /looks|after 3 of 6/,
  ],
  [
    'a target that no look could find reached',
    (draft) => {
      draft.ended = 'target';
    },
    /ended is target after 3 processes of 3/,
  ],
  [
    'a budget that was not set',
    (draft) => {
      draft.ended = 'budget';
    },
    /not set/,
  ],
];

describe('forged results do not pass', () => {
  refusesConsistent(CONSISTENT);
  refusesEdited(EDITED);
});
