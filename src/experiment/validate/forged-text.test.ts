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
    /driver contains U\+0435, which may look like another letter/,
  ],
  [
    'a word of Cyrillic letters alone',
    (draft) => {
      draft.environment.adapter.driver = 'Аррӏе';
    },
    /contains U\+0410/,
  ],
  [
    'letters of double width',
    (draft) => {
      draft.environment.os.release = 'ＮＶＩＤＩＡ';
    },
    /contains U\+FF2E/,
  ],
  [
    'mathematical letters',
    (draft) => {
      draft.environment.os.release = '𝐍𝐕';
    },
    /contains U\+1D40D/,
  ],
  [
    'marks on top of each other',
    (draft) => {
      draft.environment.os.release = `6${'\u0301'.repeat(20)}`;
    },
    /contains U\+0301/,
  ],
  [
    'a space that is none',
    (draft) => {
      draft.environment.os.release = '6.1\u00a0x';
    },
    /contains U\+00A0/,
  ],
  [
    'an address',
    (draft) => {
      draft.environment.os.release = 'https://example.org/x';
    },
    /contains an address/,
  ],
  [
    'a warning that no version gives',
    (draft) => {
      draft.cases[0]?.warnings.push({ code: 'sponsored', message: 'x' });
    },
    /the warning sponsored is of no version/,
  ],
  [
    'a warning of two alphabets',
    (draft) => {
      draft.cases[0]?.warnings.push({ code: 'not-cold', message: 'Mеsа' });
    },
    /mixes alphabets/,
  ],
  [
    'an address in a sentence',
    (draft) => {
      Object.assign(draft.processes[1] ?? {}, { lost: 'see https://example.org' });
    },
    /processes\[1\]\.lost contains an address/,
  ],
  [
    'words among toggles, limits and features',
    (draft) => {
      draft.environment.adapter.toggles.push('+fastest');
      draft.environment.adapter.limits.bestOfAll = 1;
      draft.environment.adapter.features.push('The best');
    },
    /the toggle \+fastest is of no version[\s\S]*the limit bestOfAll is none[\s\S]*the feature The best is none/,
  ],
  [
    'a phase of its own',
    (draft) => {
      draft.profile.advertisement = 0;
    },
    /the phase advertisement is of no version/,
  ],
  [
    'a peak of its own',
    (draft) => {
      draft.peaks.push({ path: 'magic', flopPerSecond: 1e9 });
    },
    /the peak magic is of no version/,
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
