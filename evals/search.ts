/**
 * How often a search is right, on scripted devices whose truth is known.
 *
 *     npm run -s eval search -- [--runs 200] [--modes contender|process] [--json]
 *
 * Exits with 1 if a required figure is missed.
 */
import { parseArgs } from 'node:util';
import { UsageError } from '../src/experiment/errors.ts';
import { present } from './document/present.ts';
import { playSearch, type Verdict } from './search/play.ts';
import { type Modes, meetsAll, type SearchScore, scoreOf, searchSections } from './search/table.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    modes: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new UsageError(`--runs: expected a whole number, got "${values.runs}"`);
const modes = (['contender', 'process'] as const).filter((one) => values.modes === undefined || one === values.modes);
if (modes.length === 0) throw new UsageError(`--modes: expected contender or process, got "${values.modes}"`);

async function played(of: Modes): Promise<SearchScore> {
  const verdicts: Verdict[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    verdicts.push(await playSearch(seed, of));
    if (process.stderr.isTTY) process.stderr.write(`\r${seed}/${runs}`);
  }
  return scoreOf(of, verdicts);
}

const scores: SearchScore[] = [];
for (const one of modes) scores.push(await played(one));
present(scores, searchSections, values.json);
process.exitCode = meetsAll(scores) ? 0 : 1;
