/**
 * How often a search is right, on scripted devices whose truth is known.
 *
 *     npm run eval search -- [RUNS [contender|process]]
 */
import { UsageError } from '../src/experiment/errors.ts';
import { playSearch, type Verdict } from './search/play.ts';

const runs = Number(process.argv[2] ?? 200);
if (!Number.isInteger(runs) || runs < 1) throw new UsageError(`expected a number of runs, got "${process.argv[2]}"`);

const NAMES = { contender: 'each pipeline has a mode of its own', process: 'a process has one mode for all' } as const;
let failed = false;

const only = process.argv[3];
for (const modes of (['contender', 'process'] as const).filter((one) => only === undefined || one === only)) {
  const verdicts: Verdict[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    verdicts.push(await playSearch(seed, modes));
    if (process.stderr.isTTY) process.stderr.write(`\r${seed}/${runs}`);
  }
  report(modes, verdicts);
}
process.exitCode = failed ? 1 : 0;

function report(modes: keyof typeof NAMES, verdicts: readonly Verdict[]): void {
  const share = (of: (one: Verdict) => boolean) => verdicts.filter(of).length / verdicts.length;
  const mean = (of: (one: Verdict) => number) => verdicts.reduce((sum, one) => sum + of(one), 0) / verdicts.length;
  const cost = mean(({ cost: one }) => one);
  console.log(`\n${runs} searches of 51 widths, ${NAMES[modes]} (a fifth of them 20 % slower):`);
  line(
    'the winner group holds a true best',
    percent(share(({ holdsBest }) => holdsBest)),
    share((v) => v.holdsBest) >= 0.95,
    '≥ 95 %',
  );
  const clean = share(({ worstWinner }) => worstWinner <= 0.02);
  line('it holds nothing more than 2 % slower', percent(clean), clean >= 0.9, '≥ 90 %');
  const split = share(({ splitsPlateau }) => splitsPlateau);
  line('one plateau width is called better than another', percent(split), split <= 0.05, '≤ 5 %');
  line('visits over those of measuring all equally', percent(cost), cost <= 0.4, '≤ 40 %');
  console.log(
    `  on average ${mean(({ winners }) => winners).toFixed(1)} winners after ${mean(({ processes }) => processes).toFixed(1)} processes`,
  );
  console.log('the classic way on the same devices (mean of one run, ascending order, d_ff as k):');
  console.log(
    `  its best is more than 2 % slower than the true best   ${percent(share((v) => v.classicSlower > 0.02))}`,
  );
  console.log(
    `  its best is not a true best                           ${percent(share((v) => v.classicSlower > 1e-9))}`,
  );
  console.log(
    `  of its five best, not truly best                      ${mean((v) => v.classicWrongOfFive).toFixed(1)} of 5`,
  );
  console.log(
    `  rank correlation between two runs                     ${mean((v) => v.classicRepeatability).toFixed(2)}`,
  );
}

function line(what: string, found: string, holds: boolean, wanted: string): void {
  failed ||= !holds;
  console.log(`  ${what.padEnd(50)} ${found.padStart(8)}   ${wanted}  ${holds ? 'holds' : 'FAILS'}`);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
