import { describe, expect, it } from 'vitest';
import type { CheckDocument, CheckedSeries, SeriesChange } from '../judge/history/check.ts';
import { checkDocument } from './check.ts';
import { checkReport } from './check-report.ts';
import { renderMarkdown } from './document/markdown.ts';
import { renderText } from './document/text.ts';

const change: SeriesChange = {
  direction: 'slower',
  at: 'bbbbbbbbbb',
  after: 'aaaaaaaaaa',
  run: '20260103T000000Z-bbbbbbbb',
  confirmedBy: '20260107T000000Z-ffffffff',
  ratio: 1.098,
  interval: [1.09, 1.105],
  threshold: 1.031,
  agree: ['m2'],
  disagree: [],
  scope: 'all machines',
  cause: 'kernel naive changed',
  causes: ['kernel naive changed', 'driver 1 → 2'],
};
const plain: CheckedSeries = {
  id: 'quick/decode/a/m=1/n=8/k=8/kernel=best',
  series: 's1',
  machine: 'm1',
  unit: 'u1',
  points: 40,
  verdict: 'same',
  reason: 'no lasting change',
  minimalDetectableEffect: 0.02,
  changes: [],
};
const slower = (id: string, ratio: number): CheckedSeries => ({
  ...plain,
  id,
  verdict: 'slower',
  reason: 'slower for 5 points',
  at: change.at,
  ratio,
  interval: change.interval,
  scope: 'all machines',
  cause: 'kernel naive changed',
  changes: [{ ...change, ratio }],
});
const document: CheckDocument = {
  series: [
    plain,
    {
      ...plain,
      id: 'quick/decode/young/m=1',
      verdict: 'unclear',
      points: 8,
      reason: '8 points; it takes 17 to see a change',
    },
    { ...plain, id: 'quick/decode/odd/m=1', verdict: 'unclear', reason: 'suspected to be slower since cccc' },
    slower('quick/decode/b/m=1/kernel=best', 1.05),
    slower('quick/decode/c|d/m=1/kernel=best', 1.098),
    {
      ...plain,
      id: 'quick/decode/gone/m=1',
      verdict: 'missing',
      reason: 'not measured by the last 2 runs of its suite',
    },
  ],
  machineShifts: [],
  counts: { failed: 0, slower: 2, missing: 1, unclear: 2, faster: 0, new: 0, same: 1, machineShifts: 0 },
};
const report = checkReport(document, [{ id: 'x', machine: 'browser', reason: 'never gates' }]);

describe('the report of a check', () => {
  it('is worst first, with evidence and the command that shows each finding again', () => {
    expect(renderText(checkDocument(report))).toMatchInlineSnapshot(`
      "verdict    time  interval        at        case                              machine
      slower   +9.8 %  +9.0 %…+10.5 %  bbbbbbbb  quick/decode/c|d/m=1/kernel=best  m1
            slower for 5 points; seen on: all machines; likely cause: kernel naive changed
            +9.8 % [+9.0 %, +10.5 %], beyond +3.1 %; confirmed by 20260107T000000Z-ffffffff; also seen on m2; changed at the same point: kernel naive changed; driver 1 → 2
            again: shapemark compare aaaaaaaaaa bbbbbbbbbb --suite quick --filter 'quick/decode/c|d/m=1/kernel=best'
      slower   +5.0 %  +9.0 %…+10.5 %  bbbbbbbb  quick/decode/b/m=1/kernel=best    m1
            slower for 5 points; seen on: all machines; likely cause: kernel naive changed
            +5.0 % [+9.0 %, +10.5 %], beyond +3.1 %; confirmed by 20260107T000000Z-ffffffff; also seen on m2; changed at the same point: kernel naive changed; driver 1 → 2
            again: shapemark compare aaaaaaaaaa bbbbbbbbbb --suite quick --filter 'quick/decode/b/m=1/kernel=best'
      missing                                    quick/decode/gone/m=1             m1
            not measured by the last 2 runs of its suite
            again: shapemark run quick --filter 'quick/decode/gone/m=1'
      unclear                                    quick/decode/odd/m=1              m1
            suspected to be slower since cccc
            again: shapemark run quick --filter 'quick/decode/odd/m=1'

      m1: a slowdown of 2.0 % would be confirmed in half of 6 series, of 2.0 % in all
      context only: browser (1): never gates
      2 series without a finding; --format json lists them
      columns, flags and verdicts are explained in docs/reading.md
      6 series: 2 slower, 1 missing, 2 unclear, 1 same
      "
    `);
  });

  it('is the same in markdown', () => {
    expect(renderMarkdown(checkDocument(report))).toMatchInlineSnapshot(`
      "**6 series: 2 slower, 1 missing, 2 unclear, 1 same**

      | verdict | time | interval | at | case | machine | notes |
      | - | -: | - | - | - | - | - |
      | slower | +9.8 % | +9.0 %…+10.5 % | bbbbbbbb | \`quick/decode/c\\|d/m=1/kernel=best\` | m1 | slower for 5 points; seen on: all machines; likely cause: kernel naive changed; +9.8 % \\[+9.0 %, +10.5 %\\], beyond +3.1 %; confirmed by 20260107T000000Z-ffffffff; also seen on m2; changed at the same point: kernel naive changed; driver 1 → 2 |
      | slower | +5.0 % | +9.0 %…+10.5 % | bbbbbbbb | \`quick/decode/b/m=1/kernel=best\` | m1 | slower for 5 points; seen on: all machines; likely cause: kernel naive changed; +5.0 % \\[+9.0 %, +10.5 %\\], beyond +3.1 %; confirmed by 20260107T000000Z-ffffffff; also seen on m2; changed at the same point: kernel naive changed; driver 1 → 2 |
      | missing | | | | \`quick/decode/gone/m=1\` | m1 | not measured by the last 2 runs of its suite |
      | unclear | | | | \`quick/decode/odd/m=1\` | m1 | suspected to be slower since cccc |

      again:

      \`\`\`sh
      shapemark compare aaaaaaaaaa bbbbbbbbbb --suite quick --filter 'quick/decode/c|d/m=1/kernel=best'
      shapemark compare aaaaaaaaaa bbbbbbbbbb --suite quick --filter 'quick/decode/b/m=1/kernel=best'
      shapemark run quick --filter 'quick/decode/gone/m=1'
      shapemark run quick --filter 'quick/decode/odd/m=1'
      \`\`\`

      m1: a slowdown of 2.0 % would be confirmed in half of 6 series, of 2.0 % in all  
      context only: browser (1): never gates  
      2 series without a finding; --format json lists them  
      columns, flags and verdicts are explained in docs/reading.md
      "
    `);
  });

  it('counts the series whose present level is too young to say what would be seen', () => {
    const young = { ...plain, minimalDetectableEffect: null };
    const detectable = (series: CheckedSeries[]) =>
      renderText(checkDocument(checkReport({ ...document, series })))
        .split('\n')
        .find((line) => line.includes('would be confirmed'));
    expect(detectable([plain, young])).toMatch(/in all; 1 more has too few points at the present level$/);
    expect(detectable([plain, young, young])).toMatch(/in all; 2 more have too few points/);
  });

  it('says which file it appended to', () => {
    const appended = (findings: number) => [{ file: 'results/m1/verdicts.jsonl', findings }];
    const told = (findings: number) => renderMarkdown(checkDocument({ ...report, appended: appended(findings) }));
    expect(told(1)).toContain('verdicts are kept in results/m1/verdicts.jsonl: 1 new finding (--no-log');
    expect(told(0)).toContain('verdicts.jsonl: no new finding (');
    expect(renderText(checkDocument({ ...report, appended: appended(2) }))).toContain('2 new findings (');
  });

  it('leaves nothing out of the document', () => {
    expect(report.series).toHaveLength(document.series.length);
    expect(report.series.map(({ verdict }) => verdict)).toEqual([
      'slower',
      'slower',
      'missing',
      'unclear',
      'unclear',
      'same',
    ]);
    expect(report.context).toEqual([{ id: 'x', machine: 'browser', reason: 'never gates' }]);
  });
});
