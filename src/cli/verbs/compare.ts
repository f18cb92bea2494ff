/** `compare`: base and head side by side, and a verdict for each case. */

import { engineNamed } from '../../engine/registry.node.ts';
import { PICKED } from '../../experiment/compare/change.ts';
import { compareKernels, documentOf, type Rules, suiteCases } from '../../experiment/compare/compare-kernels.ts';
import { compareHarnesses, type HarnessOutcome } from '../../experiment/compare/harness.ts';
import { UsageError } from '../../experiment/errors.ts';
import type { Io } from '../../experiment/io.ts';
import { kernelsFrom } from '../../experiment/setup/selection.ts';
import type { Comparison, UnmeasuredCause } from '../../judge/ab/comparison.ts';
import { AB_RULES } from '../../judge/ab/rules.ts';
import { comparisonDocument } from '../../report/comparison.ts';
import { EXIT, type ExitCode, worst } from '../exit.ts';
import { suitesAsked } from '../options.ts';
import { printAs } from '../print.ts';
import type { Verb } from '../verb.ts';
import {
  type CompareOptions,
  compareOptions,
  failing,
  inspectCommand,
  kernelCommand,
  reproduceCommand,
  resumeCompareCommand,
} from './compare-options.ts';

export const compare: Verb<CompareOptions> = {
  command: 'compare [base] [head]',
  describe: 'Compare two kernel sets (folders or git refs) side by side',
  lists: ['suite', 'shape', 'filter', 'kernel'],
  options: compareOptions,
  run: async (given, io) => {
    const options = { ...given, suite: suitesAsked(given) };
    const fails = failing(options['fail-on']);
    const comparison = await compared(options, rulesOf(options), io);
    if (comparison === null) return EXIT.interrupted;
    return exitOf(comparison, fails);
  },
};

function rulesOf({ 'minimum-effect': minimumEffect }: CompareOptions): Rules {
  if (!(minimumEffect > 0 && minimumEffect < 1))
    throw new UsageError(`--minimum-effect ${minimumEffect}: expected a share between 0 and 1`);
  return { ...AB_RULES, minimumEffect };
}

/** Compares and prints; null when interrupted, after printing the results so far. */
function compared(options: CompareOptions, rules: Rules, io: Io): Promise<Comparison | null> {
  const { base, harness } = options;
  if (harness !== undefined) return comparedHarnesses({ ...options, harness }, rules, io);
  if (base === undefined)
    throw new UsageError('compare needs a folder of kernels or a git ref, for example: shapemark compare main');
  const commands = {
    reproduce: (id: string, sides: 'both' | 'head') => reproduceCommand(options, id, sides),
    kernel: (name: string, cause: UnmeasuredCause) => kernelCommand(options, name, cause),
    inspect: (gpu: string, id: string) => inspectCommand(options, gpu, id),
    resume: () => resumeCompareCommand(options),
  };
  return compareKernels({ ...options, base }, { rules, commands, show: (found) => print(found, options, io) }, io);
}

/** Both sides run the kernels of the head, so that only the harness differs. */
async function comparedHarnesses(
  options: CompareOptions & { harness: string },
  rules: Rules,
  io: Io,
): Promise<Comparison | null> {
  if (engineNamed(options.engine).kind === 'played')
    throw new UsageError(`--harness starts the workers of another tree; the ${options.engine} engine has none`);
  if (options.base !== undefined && options.head === undefined)
    io.err(`--harness: both sides run the kernels of the working folder; those of ${options.base} are not read\n`);
  const { set } = await kernelsFrom(options.head, io.cwd);
  const cases = await suiteCases(options.suite.length > 0 ? options.suite : [PICKED], set, options, io);
  const reproduce = (id: string) => reproduceCommand(options, id);
  const note = `workers of two checkouts in alternating processes; both run the kernel set ${set.origin}`;
  const named = { base: `harness ${options.harness}`, head: 'the harness here' };
  const comparisonOf = (outcome: HarnessOutcome): Comparison => ({
    ...{ ...documentOf(outcome, rules, named), changed: [], unmeasured: [], leftOut: [], note },
  });
  const show = (outcome: HarnessOutcome) => print(comparisonOf(outcome), options, io);
  const request = { set, cases, options, rules, reproduce, again: resumeCompareCommand(options), show };
  const outcome = await compareHarnesses(request, io);
  return outcome && comparisonOf(outcome);
}

function print(comparison: Comparison, options: CompareOptions, io: Io): void {
  printAs(io, options, { data: comparison, document: comparisonDocument(comparison) });
}

function exitOf({ counts, cases }: Comparison, fails: ReturnType<typeof failing>): ExitCode {
  const codes: ExitCode[] = [];
  if (counts.failed > 0) codes.push(EXIT.broken);
  if (cases.some((compared) => compared.verdict !== 'failed' && fails(compared))) codes.push(EXIT.regression);
  if (cases.length === 0) codes.push(EXIT.nothing);
  return worst(codes);
}
