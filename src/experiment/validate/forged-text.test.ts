/** Text that acts where it is shown. */
import { describe } from 'vitest';
import { type Forgery, refusesEdited } from './testdata/forgery.ts';

/** Changed in one place. */
const EDITED: readonly Forgery[] = [
  [
    'markup in a name',
    (draft) => {
      draft.environment.adapter.device = '<img src=x onerror=alert(1)>';
    },
    /markup/,
  ],
  [
    'an entity in a name',
    (draft) => {
      draft.environment.cpu.model = 'AMD &lt;b&gt;';
    },
    /markup/,
  ],
  [
    'a terminal escape',
    (draft) => {
      draft.environment.adapter.driver = '\u001b[31mred';
    },
    /control character U\+001B/,
  ],
  [
    'a mark of direction',
    (draft) => {
      draft.environment.adapter.driver = 'Mesa \u202egnp.exe';
    },
    /invisible character U\+202E/,
  ],
  [
    'a zero-width space',
    (draft) => {
      draft.environment.adapter.vendor = 'me\u200bsa';
    },
    /invisible character U\+200B/,
  ],
  [
    'a line break in a name',
    (draft) => {
      draft.environment.os.release = '6.1\n::set-env';
    },
    /control character/,
  ],
  [
    'five megabytes in a name',
    (draft) => {
      draft.environment.adapter.driver = 'x'.repeat(5 << 20);
    },
    /5242880 characters long/,
  ],
  [
    'a key of markup',
    (draft) => {
      draft.profile['<script>'] = 0;
    },
    /markup/,
  ],
  [
    'Cyrillic letters in a Latin word',
    (draft) => {
      draft.environment.adapter.driver = 'Mеsа 25';
    },
    /mixes alphabets/,
  ],
  [
    'a lone surrogate',
    (draft) => {
      draft.environment.adapter.driver = 'a\ud800';
    },
    /invisible character/,
  ],
];

describe('forged text do not pass', () => {
  refusesEdited(EDITED);
});
