/**
 * Collects single processes of comparisons whose truth is known, for `npm run eval ab` to replay.
 *
 *     npm run eval ab-pool -- --minutes 40 [--adapter software] [--file .shapemark/ab-pool/pool.jsonl]
 *
 * Base kernels run against equal ones (the same work, other text) as `compare` measures them, with a twin of the base; and in every
 * fourth process against kernels slowed on purpose, all at once to save time. Each finished process is one line of the file,
 * so the command can be stopped at any time; it appends.
 */

import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { DeviceFacts } from '../src/engine/port.ts';
import { BASE, enterPair, HEAD, pairing, TWIN } from '../src/experiment/compare/sides.ts';
import { UsageError } from '../src/experiment/errors.ts';
import type { Refusal } from '../src/kernel/refusal.ts';
import type { KernelSet } from '../src/kernel/set/kernel.ts';
import { loadKernels } from '../src/kernel/set/load.node.ts';
import { processHost } from '../src/measure/parent/host.node.ts';
import { measure } from '../src/measure/parent/measure.ts';
import type { Entry, Heat } from '../src/measure/parent/measurement.ts';
import { Interrupted } from '../src/measure/parent/process.ts';
import type { FinishedVisit } from '../src/measure/parent/progress.ts';
import { DEFAULT_SETTINGS, pairedSettings } from '../src/measure/parent/settings.ts';
import type { Contender } from '../src/measure/worker/protocol.ts';
import type { Case } from '../src/plan/case/case.ts';
import { expand } from '../src/plan/case/expand.ts';
import { loadSuite } from '../src/plan/load.node.ts';
import { blockTimes } from '../src/stats/paired.ts';
import { below, seededRandom } from '../src/stats/random.ts';
import { BASE_FOLDER, FOLDER, SLOWED, writeHeads } from './ab/sets.ts';

const TRUSTED = fileURLToPath(new URL('../kernels', import.meta.url));
const EQUAL = 'equal';
type Kind = 'equal' | 'slowed';
/** Three of four processes are unchanged, because errors must be rarest there. */
const ROUND = 4;
/** No limit in practice. */
const MANY_PROCESSES = 1e6;

/**
 * One process. Microseconds of each block, by the case's name and by kernel set (`twin`: base again); none for a visit that
 * failed. Times and not ratios, so that another way to take ratios can be judged on the same processes.
 */
interface PoolLine {
  readonly kind: Kind;
  readonly startedAt: string;
  readonly seconds: number;
  readonly adapter: string;
  readonly times: Times;
}

type Times = Record<string, Record<string, readonly number[]>>;

interface Sets {
  readonly base: KernelSet;
  readonly heads: ReadonlyMap<string, KernelSet>;
  readonly trusted: KernelSet;
}

/** Loads the kernel sets. Those that base is compared with are written into `folder`. */
async function loadSets(folder: string): Promise<Sets> {
  writeHeads(folder);
  const heads = new Map<string, KernelSet>();
  for (const name of [EQUAL, ...SLOWED]) heads.set(name, await loadKernels(join(folder, name)));
  return { base: await loadKernels(BASE_FOLDER), trusted: await loadKernels(TRUSTED), heads };
}

/** Rounds of one slowed process and three others in a seeded order, so that whatever the machine does meets both alike. */
function kindOf(seed: number, index: number): Kind {
  const slowed = below(ROUND, seededRandom(seed, Math.floor(index / ROUND)));
  return index % ROUND === slowed ? 'slowed' : 'equal';
}

/** Contenders of both kinds of process. */
function enter(item: Case, facts: DeviceFacts, { base, heads, trusted }: Sets): Record<Kind, Entry> | Refusal {
  const contenders = new Map<string, Contender>();
  let reference: Entry['reference'] = null;
  for (const [name, head] of heads) {
    const sides = { base, head, trusted };
    const entry = enterPair(item, pairing(item, sides, facts), sides, facts);
    if ('status' in entry) return entry;
    reference = entry.reference;
    for (const one of entry.contenders) contenders.set(one.name === HEAD ? name : one.name, one);
  }
  const named = (...names: readonly string[]): Entry => ({
    reference,
    contenders: names.flatMap((name) => {
      const found = contenders.get(name);
      return found ? [{ ...found, name }] : [];
    }),
  });
  return { equal: named(BASE, EQUAL, TWIN), slowed: named(BASE, ...SLOWED, TWIN) };
}

function timesOf(visit: FinishedVisit): Times[string] {
  const contenders = visit.result?.contenders ?? [];
  const counts = new Set(contenders.map((contender) => blockTimes(contender).size));
  // Failed visits and those that changed the clock are not in a pool.
  if (counts.size !== 1 || counts.has(0)) return {};
  return Object.fromEntries(
    contenders.map((contender) => [
      contender.name === TWIN ? 'twin' : contender.name,
      [...blockTimes(contender).values()].map((seconds) => digits(1e6 * seconds, 4)),
    ]),
  );
}

function digits(value: number, count: number): number {
  return Number(value.toPrecision(count));
}

class Collection {
  readonly #file: string;
  readonly #before: number;
  readonly #entries = new Map<string, Record<Kind, Entry>>();
  #index = 0;
  #adapter = '';
  #times: Times = {};

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    this.#before = existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
  }

  async run(adapter: string, signal: AbortSignal): Promise<void> {
    const sets = await loadSets(join(dirname(this.#file), 'sets'));
    const suite = await loadSuite(join(FOLDER, 'suite.yaml'), { cwd: '.' });
    const { cases } = expand(suite, { kernels: sets.base.kernels.map(({ name }) => name) });
    const names = new Map(cases.map((item) => [item.id, item.name]));
    const settings = pairedSettings(DEFAULT_SETTINGS);
    await measure({
      cases,
      host: processHost(),
      open: { engine: 'webgpu', adapter, yieldCpu: true },
      enter: (item, facts) => {
        const entered = enter(item, facts, sets);
        if ('status' in entered) return entered;
        this.#entries.set(item.id, entered);
        return entered.equal;
      },
      heat: ({ case: { id } }): Heat | Refusal => ({
        contenders: this.#entries.get(id)?.[this.#kind()].contenders ?? [],
        sampling: settings.sampling,
      }),
      settings: { ...settings, processes: MANY_PROCESSES, looks: [MANY_PROCESSES], seed: this.#before },
      finished: [],
      onOpen: ({ facts }) => {
        this.#adapter = facts.description;
      },
      onVisit: (visit) => {
        this.#times[names.get(visit.caseId) ?? visit.caseId] = timesOf(visit);
      },
      onProcess: ({ seconds }) => this.#finish(seconds),
      onProgress: () => {},
      signal,
    });
  }

  #kind(): Kind {
    return kindOf(this.#before, this.#index);
  }

  #finish(seconds: number): void {
    const line: PoolLine = {
      kind: this.#kind(),
      startedAt: new Date(Date.now() - seconds * 1e3).toISOString(),
      seconds: digits(seconds, 3),
      adapter: this.#adapter,
      times: this.#times,
    };
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
    process.stderr.write(`process ${this.#before + this.#index + 1}: ${line.kind}, ${seconds.toFixed(1)} s\n`);
    this.#times = {};
    this.#index++;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '40' },
      adapter: { type: 'string', default: 'auto' },
      file: { type: 'string', default: '.shapemark/ab-pool/pool.jsonl' },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new UsageError(`--minutes ${values.minutes}: expected a positive number`);
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), minutes * 60e3);
  process.once('SIGINT', () => end.abort());
  try {
    await new Collection(values.file).run(values.adapter, end.signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    clearTimeout(timer);
  }
}

await main();
