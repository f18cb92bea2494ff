/** `search`: which d_ff are fast on this machine, which cannot be distinguished, and what others cost. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { NothingToDo, UsageError } from '../../experiment/errors.ts';
import { type Io, printJson, printWritten } from '../../experiment/io.ts';
import { type SearchAsked, type Subject, searchPlan, searchWidths } from '../../experiment/search/search.ts';
import { portabilityOf } from '../../experiment/search/stored.ts';
import type { SearchDocument } from '../../judge/search/search-document.ts';
import { loadModel } from '../../plan/load.node.ts';
import { portabilitySections, searchAnswer } from '../../report/search-answer.ts';
import { renderSearchCsv } from '../../report/search-csv.ts';
import { renderSearchSvg } from '../../report/search-svg.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { printDocument } from '../print.ts';
import type { Verb } from '../verb.ts';
import { checkSearchNumbers, resumeSearchCommand, type SearchOptions, searchOptions } from './search-options.ts';
import { requestFrom, withShape } from './search-request.ts';

export const search: Verb<SearchOptions> = {
  command: 'search [suite]',
  describe: 'Find the d_ff with the least time per parameter of the whole MLP on this adapter',
  lists: ['filter'],
  options: searchOptions,
  run: async (options, io) => {
    checkSearchNumbers(options);
    const asked = await askedBy(options, io);
    if (options.stored) return printStored(asked, options, io);
    const answer = await searchWidths(asked, io, {
      again: resumeSearchCommand(options),
      cutShort: (soFar, by) => printSoFar(soFar, by, options, io),
    });
    if (answer === null) return EXIT.interrupted;
    print(answer.document, answer.files, options, io);
    if (answer.isCutShort) return EXIT.interrupted;
    if (answer.broken) return EXIT.broken;
    return answer.document.candidates.length > 1 ? EXIT.fine : EXIT.nothing;
  },
};

async function askedBy(options: SearchOptions, io: Io): Promise<SearchAsked> {
  const { processes, 'minimum-effect': minimumEffect } = options;
  return { ...options, subject: await subjectOf(options, io), processes: Number(processes), minimumEffect };
}

async function subjectOf(options: SearchOptions, io: Io): Promise<Subject> {
  const { suite, shape, model, hidden, experts, active } = options;
  if ([suite, shape, model, hidden].filter((subject) => subject !== undefined).length > 1)
    throw new UsageError('search takes one of a suite, --shape, --model and --hidden');
  if (model !== undefined && (experts ?? active) !== undefined)
    throw new UsageError('--model has its own experts; omit --experts and --active');
  if (suite !== undefined) return suite;
  if (shape !== undefined) return requestFrom(withShape(options, shape));
  return requestFrom(options, model === undefined ? undefined : await loadModel(model, { cwd: io.cwd }));
}

function isJson({ json, format }: SearchOptions): boolean {
  return json || format === 'json';
}

function printSoFar(document: SearchDocument, by: 'interruption' | 'error', options: SearchOptions, io: Io): void {
  if (isJson(options) ? by === 'interruption' : options.format === 'text') print(document, [], options, io);
}

async function printStored(asked: SearchAsked, options: SearchOptions, io: Io): Promise<ExitCode> {
  const { results } = options;
  const answer = portabilityOf(await searchPlan(asked, io), results, io.cwd);
  if (!answer)
    throw new NothingToDo(`${results} lacks two machines with these widths; run the same search on both first`);
  if (isJson(options)) printJson(io, answer);
  else printDocument(io, { sections: portabilitySections(answer) });
  return EXIT.fine;
}

function print(document: SearchDocument, files: readonly string[], options: SearchOptions, io: Io): void {
  const { format, picture } = options;
  if (picture !== undefined) writeFileSync(resolve(io.cwd, picture), renderSearchSvg(document));
  if (isJson(options)) printJson(io, document);
  else if (format === 'csv') io.out(renderSearchCsv(document));
  else if (format === 'svg') io.out(renderSearchSvg(document));
  else {
    printDocument(io, searchAnswer(document));
    printWritten(io, [...files, ...(picture === undefined ? [] : [resolve(io.cwd, picture)])]);
  }
}
