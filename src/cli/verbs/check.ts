/** `check`: verdicts over the history of stored records. Needs no GPU. */
import { NothingToDo } from '../../experiment/errors.ts';
import { fromHere, type Io } from '../../experiment/io.ts';
import { attribute, type JudgedTrack } from '../../judge/history/attribute.ts';
import { COUNTED, NEWS_POINTS } from '../../judge/history/check.ts';
import { readHistory } from '../../judge/history/history.node.ts';
import { checkJudged } from '../../judge/history/history.ts';
import { appendVerdicts } from '../../judge/history/log.node.ts';
import { DiskError } from '../../record/disk.node.ts';
import { openStore } from '../../record/store/open-store.node.ts';
import { isRemote } from '../../record/store/place.ts';
import { checkDocument } from '../../report/check.ts';
import { type AppendedLog, type CheckReport, checkReport } from '../../report/check-report.ts';
import { EXIT, type ExitCode, worst } from '../exit.ts';
import { FORMATS, type FormatOptions, RESULTS, resultsPlace, wordsToFailOn } from '../options.ts';
import { printAs } from '../print.ts';
import type { Verb } from '../verb.ts';

interface Options extends FormatOptions {
  results: string;
  machine: string | undefined;
  'fail-on': string;
  log: boolean;
}

/** A change of nearly all cases of a machine, which is no verdict on any of them. */
const SHIFTS = { slower: 'machine-slower', faster: 'machine-faster' } as const;
const FAILS = [...COUNTED, ...Object.values(SHIFTS)] as const;
type Failing = (typeof FAILS)[number];

export const check: Verb<Options> = {
  command: 'check',
  describe:
    'Find regressions in the history of stored records, across commits and machines; leaves out records of a changed working tree',
  lists: [],
  options: (argv) =>
    argv
      .option('results', RESULTS)
      .option('machine', { type: 'string', describe: 'Only this machine' })
      .options(FORMATS)
      .option('fail-on', {
        type: 'string',
        default: 'slower',
        describe: `What exits with 1, comma-separated, of ${FAILS.join(', ')}; failed always exits with 4, and 3 means that every series is new`,
      })
      .option('log', {
        type: 'boolean',
        default: true,
        describe: 'Append verdicts to results/<machine>/verdicts.jsonl, except in an object store; --no-log does not',
      }),
  run: async (options, io) => {
    const failOn = wordsToFailOn(options['fail-on'], FAILS);
    const folder = resultsPlace(io.cwd, options.results);
    const { tracks, records, skipped, context } = await readHistory(await openStore(folder, options.machine));
    const sayLeftOut = () => {
      for (const { file, reason } of skipped) io.err(`left out: ${file} was ${reason}\n`);
    };
    if (records === 0 && context.length === 0) {
      sayLeftOut();
      throw new NothingToDo(noRecords(options, skipped.length));
    }
    const judged = tracks.map(attribute);
    const appended = options.log && !isRemote(folder) ? logged(folder, judged, io) : undefined;
    const document = { ...checkReport(checkJudged(judged), context), ...(appended && { appended }) };
    printAs(io, options, { data: document, document: checkDocument(document) });
    sayLeftOut();
    return exitOf(document, failOn);
  },
};

function logged(folder: string, judged: readonly JudgedTrack[], io: Io): AppendedLog[] {
  const machines = [...new Set(judged.map(({ track }) => track.machine))];
  try {
    return machines.flatMap((machine) => {
      const own = judged.filter(({ track }) => track.machine === machine);
      const appended = appendVerdicts(folder, machine, own);
      return appended ? [{ ...appended, file: fromHere(io, appended.file) }] : [];
    });
  } catch (error) {
    if (error instanceof DiskError)
      throw new DiskError(error.file, error.code, { remedy: '; --no-log judges without writing' });
    throw error;
  }
}

function noRecords({ results, machine }: Options, leftOut: number): string {
  const place = `${results}${machine ? ` for ${machine}` : ''}`;
  if (leftOut === 0) return `no records under ${place}; measure with: shapemark run`;
  const all = leftOut === 1 ? 'the only record' : `all ${leftOut} records`;
  return `${all} under ${place} ${leftOut === 1 ? 'is' : 'are'} left out: measure from a clean working tree, without changed or untracked files outside results/`;
}

/** A check that compared nothing must not succeed. */
function exitOf({ series, machineShifts }: CheckReport, failOn: ReadonlySet<Failing>): ExitCode {
  const codes: ExitCode[] = [];
  if (series.some(({ verdict }) => verdict === 'failed')) codes.push(EXIT.broken);
  if (series.some(({ verdict }) => verdict !== 'failed' && failOn.has(verdict))) codes.push(EXIT.regression);
  const news = machineShifts.filter(({ runs }) => runs <= NEWS_POINTS);
  if (news.some(({ ratio }) => failOn.has(ratio > 1 ? SHIFTS.slower : SHIFTS.faster))) codes.push(EXIT.regression);
  if (series.every(({ verdict }) => verdict === 'new')) codes.push(EXIT.nothing);
  return worst(codes);
}
