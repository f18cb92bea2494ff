/** Verification, operands and settings other than they were. */
import { describe } from 'vitest';
import { first } from './testdata/forger.ts';
import { type Forgery, refusesConsistent, refusesEdited } from './testdata/forgery.ts';

/** Made by a forger who derives everything again. */
const CONSISTENT: readonly Forgery[] = [
  [
    'other settings of sampling',
    (draft) => {
      draft.settings.sampling.sampleSeconds = 0.1;
    },
    /not that of any version/,
  ],
];

/** Changed in one place. */
const EDITED: readonly Forgery[] = [
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
