/** The page that measures, as it is before its script runs: all text that does not depend on the device. */
import type { Case } from '../../plan/case/case.ts';
import { element, type Markup } from '../../report/document/markup.ts';
import { formatText, shapeText } from '../../report/labels.ts';
import { counted } from '../../report/si.ts';
import type { Page } from '../shell.ts';
import type { MeasureData } from './data.ts';

export const MEASURE_PAGE = 'measure.html';
export const MEASURE_STYLE_FILE = 'measure.css';

const hidden = '';

export function measurePage(data: MeasureData, isInspected = false): Page {
  return {
    path: MEASURE_PAGE,
    title: 'Measure your GPU',
    description: 'Multiplies matrices on your GPU, in this browser, and checks every result.',
    scripts: ['measure'],
    styles: [MEASURE_STYLE_FILE],
    main: [
      element(
        'p',
        { class: 'lead' },
        'Your browser multiplies matrices on your GPU, checks every result, and shows how fast it is. Two numbers take 20 seconds. Nothing leaves this page unless you send it.',
      ),
      element(
        'noscript',
        {},
        element('p', { class: 'note' }, 'This page measures with JavaScript. ', ...withoutBrowser()),
      ),
      problem(),
      device(),
      glance(),
      suite(data),
      share(),
    ],
    shows: data.cases.map(shownAs),
    made: { text: madeFrom(data), isInspected },
  };
}

/** A case as the script names it. */
function shownAs({ problem, phase, operands }: Case): string {
  return `${phase} ${shapeText(problem)} ${formatText({ ...problem, operands: { mode: operands } })}`;
}

/** How to measure without a browser. */
function withoutBrowser(): (Markup | string)[] {
  return [
    'Without a browser, in a clone of the repository: ',
    element('code', {}, 'npm run -s shapemark -- contribute'),
  ];
}

function problem(): Markup {
  return element(
    'section',
    { id: 'problem', class: 'problem', hidden, 'aria-labelledby': 'problem-title' },
    element('h2', { id: 'problem-title' }, ''),
    element('p', { id: 'problem-text' }, ''),
    element('ul', { id: 'problem-remedies' }),
    element('p', {}, ...withoutBrowser()),
  );
}

function device(): Markup {
  return element(
    'section',
    { id: 'device', hidden, 'aria-labelledby': 'device-title' },
    element('h2', { id: 'device-title' }, 'The adapter of this browser'),
    element('dl', { class: 'facts', id: 'device-facts' }),
    element('p', { class: 'note', id: 'device-note', hidden }, ''),
    element(
      'div',
      { class: 'field', id: 'claim' },
      element('label', { for: 'claimed' }, 'Which GPU is it?'),
      element('input', { id: 'claimed', list: 'gpus', maxlength: 100, autocomplete: 'off', placeholder: 'optional' }),
      element('datalist', { id: 'gpus' }),
      element(
        'span',
        { class: 'small quiet' },
        'Browsers keep its name to themselves. What you type is stored as claimed, and never believed.',
      ),
    ),
  );
}

function glance(): Markup {
  return element(
    'section',
    { id: 'glance', hidden, 'aria-labelledby': 'glance-title' },
    element('h2', { id: 'glance-title' }, 'Two numbers'),
    element(
      'p',
      { class: 'actions' },
      element('button', { id: 'glance-start', class: 'primary', type: 'button' }, 'Measure two numbers'),
    ),
    element('ul', { class: 'cards two', id: 'glance-cards', hidden }, ...['rate', 'bandwidth'].map((id) => card(id))),
    element('p', { id: 'glance-status', role: 'status' }, ''),
  );
}

function card(id: string): Markup {
  return element(
    'li',
    { class: 'card', id: `card-${id}` },
    element('p', { class: 'what' }, ''),
    element('p', { class: 'big' }, '…'),
    element('p', { class: 'more' }, ''),
  );
}

function suite({ cases, settings, suite: name }: MeasureData): Markup {
  const minutes = settings.budgetSeconds === null ? '' : `, ${Math.ceil(settings.budgetSeconds / 60)} minutes at most`;
  return element(
    'section',
    { id: 'suite', hidden, 'aria-labelledby': 'suite-title' },
    element('h2', { id: 'suite-title' }, 'The suite that every machine measures'),
    element(
      'p',
      {},
      `${counted(cases.length, 'case')} of ${name}, each at least ${counted(settings.processes, 'round')} on a fresh device${minutes}. Keep this page in front: what is measured while it is hidden is thrown away and measured again.`,
    ),
    element(
      'p',
      { class: 'actions' },
      element('button', { id: 'suite-start', type: 'button' }, 'Measure the suite'),
      element('button', { id: 'suite-pause', type: 'button', hidden }, 'Pause'),
      element('button', { id: 'suite-cancel', type: 'button', hidden }, 'Stop'),
    ),
    element(
      'div',
      { id: 'suite-progress', hidden },
      element('progress', { id: 'progress', max: 1, value: 0, 'aria-label': 'Progress of the suite' }),
      element('p', { id: 'progress-text', class: 'small quiet' }, ''),
    ),
    element('p', { id: 'suite-status', role: 'status' }, ''),
    element('div', { id: 'roofline', class: 'scroll', tabindex: 0, hidden, role: 'region', 'aria-label': 'Roofline' }),
    element('p', { id: 'suite-legend', class: 'small quiet', hidden }, ''),
    element('div', { id: 'suite-table', class: 'scroll', tabindex: 0, hidden, role: 'region', 'aria-label': 'Cases' }),
  );
}

function share(): Markup {
  return element(
    'section',
    { id: 'share', hidden, 'aria-labelledby': 'share-title' },
    element('h2', { id: 'share-title', tabindex: -1 }, 'Share it'),
    element(
      'p',
      {},
      'Nothing has been sent. The record is two files; with them the project has what it needs to check the numbers.',
    ),
    element('ol', { class: 'steps', id: 'share-steps' }),
    element(
      'details',
      {},
      element('summary', {}, 'All that the files say of your machine, besides the numbers'),
      element('dl', { class: 'facts', id: 'share-facts' }),
      element('p', {}, element('button', { id: 'unit-reset', type: 'button' }, 'Forget the number of this browser')),
    ),
    element(
      'p',
      { class: 'small quiet' },
      'A browser has no fresh processes and rounds its clock, so its records are context: they are shown beside others and decide nothing.',
    ),
  );
}

function madeFrom({ shapemark, commit, kernels }: MeasureData): string {
  const from = commit ? `, commit ${commit.sha.slice(0, 12)}${commit.dirty ? ' with changes' : ''}` : '';
  return `Measured by shapemark ${shapemark}${from}: ${counted(kernels.kernels.length, 'kernel')}.`;
}
