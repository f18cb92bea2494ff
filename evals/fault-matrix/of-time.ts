/** Clocks, and too much to measure. */
import { type Bench, type Ended, injecting } from './bench.ts';
import { one, type Scenario } from './scenario.ts';
import { signalled, told, whole } from './told.ts';

const CLOCKS = { ahead: 'a year ahead', behind: 'a year behind', jumps: 'jumping by an hour' };

export const OF_TIME: readonly Scenario[] = [
  ...Object.entries(CLOCKS).map(([FAULTY_CLOCK, name]) =>
    one(`the clock is wrong: ${name}`, async (bench) => {
      const found = await whole(bench, await bench.start({ environment: injecting({ FAULTY_CLOCK }) }).ended);
      const vetted = await bench.command('validate', '--json', bench.results);
      return { ...found, after: `${found.after}; \`validate\`: ${verdictOf(bench, vetted)}` };
    }),
  ),
  one('the clock is set back before a run is resumed', (bench) =>
    signalled(bench, (pid) => process.kill(pid, 'SIGINT'), { environment: injecting({ FAULTY_CLOCK: 'ahead' }) }),
  ),
  one('a suite of 10,000 cases, and time for few', async (bench) => {
    const ended = await bench.start({ suite: 'many.yaml', more: ['--budget', '40'] }).ended;
    const rows = bench.records()[0]?.cases ?? [];
    const of = (status: string) => rows.filter((row) => row.status === status).length;
    const left = rows.filter((row) => row.status === 'skipped' && row.reason === 'budget').length;
    const isWhole = new Set(rows.map(({ id }) => id)).size === 10_000 && of('measured') + left === 10_000;
    return {
      ...told(bench, ended),
      after: isWhole && of('measured') > 0 ? 'every case has a row' : 'rows are missing',
    };
  }),
];

function verdictOf(bench: Bench, { out }: Ended): string {
  const { files = [] } = JSON.parse(out) as { files?: { verdict: string; reasons: string[] }[] };
  const [{ verdict, reasons } = { verdict: 'nothing', reasons: [] }] = files;
  const about = reasons
    .map((reason) => bench.plain(reason))
    .find((reason) => /time|clock|began|future|ago/.test(reason));
  return about === undefined ? verdict : `${verdict} (${about})`;
}
