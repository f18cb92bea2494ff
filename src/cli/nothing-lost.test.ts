/**
 * However a run ends, and however often: every measured visit is in the record, the record is valid, and no files are left
 * behind. Whole commands on a scripted device, in this process.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { vetRecord } from '../experiment/validate/vet.ts';
import { readJournal } from '../record/journal/journal.node.ts';
import { round5 } from '../record/round.ts';
import { type RunRecord, recordSchema } from '../record/schema.ts';
import { listRecords, readRecord, readSamples } from '../record/store/store.node.ts';
import { median } from '../stats/centre.ts';
import { inProcess } from './testdata/in-process.ts';

const ROUNDS = 15;
const NAIVE = fileURLToPath(new URL('../../kernels/naive.wgsl', import.meta.url));

/** One command: its limits, the visit after which it is interrupted, and how many lines a kill -9 would have left unwritten. */
interface Attempt {
  readonly limits: readonly string[];
  readonly interruptAfter: number;
  readonly unwritten: number;
}

interface Plan {
  readonly shapes: readonly { readonly m: number; readonly w: 'f32' | 'f16' }[];
  readonly events: readonly string[];
  readonly attempts: readonly Attempt[];
  readonly last: readonly string[];
  readonly shard: boolean;
}

const limits = fc.oneof(
  fc.constant([]),
  fc.integer({ min: 1, max: 40 }).map((seconds) => ['--budget', String(seconds)]),
  fc.integer({ min: 1, max: 8 }).map((processes) => ['--processes', String(processes)]),
  fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 40 }))
    .map(([processes, seconds]) => ['--processes', String(processes), '--budget', String(seconds)]),
);

const event = fc.record({
  kind: fc.constantFrom('wrong-result', 'crash', 'hang', 'device-lost', 'out-of-memory', 'compile-error'),
  process: fc.integer({ min: 0, max: 5 }),
  m: fc.integer({ min: 1, max: 5 }),
});

const plans: fc.Arbitrary<Plan> = fc.record({
  shapes: fc
    .uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 })
    .chain((sizes) =>
      fc.tuple(...sizes.map((m) => fc.record({ m: fc.constant(m), w: fc.constantFrom('f32', 'f16') }))),
    ),
  events: fc
    .array(event, { maxLength: 2 })
    .map((events) => events.map(({ kind, process, m }) => `{kind: ${kind}, process: ${process}, when: 'm=${m}'}`)),
  attempts: fc.array(
    fc.record({ limits, interruptAfter: fc.integer({ min: 1, max: 12 }), unwritten: fc.integer({ min: 0, max: 3 }) }),
    { maxLength: 3 },
  ),
  last: limits,
  shard: fc.boolean(),
});

class Bench {
  readonly dir = mkdtempSync(join(tmpdir(), 'shapemark-'));
  readonly #words: readonly string[];
  /** Medians of visits by case and process, as journals held them. */
  readonly seen = new Map<string, number>();

  constructor({ shapes, events, shard }: Plan) {
    const rows = shapes.map(({ m, w }) => `  - {name: c${m}, m: ${m}, n: 64, k: 64, w: ${w}, from: made up}`);
    writeFileSync(join(this.dir, 'mine.yaml'), `defaults: {kernels: naive}\nshapes:\n${rows.join('\n')}\n`);
    writeFileSync(
      join(this.dir, 'scenario.yaml'),
      events.length > 0 ? `${SCENARIO}events: [${events.join(', ')}]\n` : SCENARIO,
    );
    mkdirSync(join(this.dir, 'kernels'));
    cpSync(NAIVE, join(this.dir, 'kernels', 'naive.wgsl'));
    const words = ['mine.yaml', '--engine', 'scripted', '--scenario', 'scenario.yaml'];
    this.#words = shard ? [...words, '--shard', '1/1'] : words;
  }

  /** @param interruptAfter visits after which Ctrl-C is pressed; never if there are fewer */
  async run(more: readonly string[], interruptAfter = Number.POSITIVE_INFINITY) {
    let visits = 0;
    const ran = await inProcess(['run', ...this.#words, '--resume', ...more], {
      cwd: this.dir,
      columns: 200,
      onProgress: (text) => {
        if (/ \d+\/\d+ .* left /.test(text) && ++visits === interruptAfter) process.emit('SIGINT');
      },
    });
    this.#look();
    return ran;
  }

  /** As if it had been killed before the last lines: the journal's start stays, and nothing later was ever on disk. */
  unwrite(lines: number): void {
    for (const name of this.journals()) {
      const file = join(this.dir, 'results', name);
      const written = readFileSync(file, 'utf8').split('\n').slice(0, -1);
      const left = written.slice(0, Math.max(1, written.length - lines));
      writeFileSync(file, `${left.join('\n')}\n`);
    }
    this.seen.clear();
    this.#look();
  }

  journals(): string[] {
    return this.#files().filter((name) => name.includes('journal'));
  }

  records(): string[] {
    return listRecords(join(this.dir, 'results'));
  }

  #look(): void {
    for (const name of this.journals().filter((file) => file.endsWith('.ndjson')))
      for (const entry of readJournal(join(this.dir, 'results', name)).entries) {
        const samples = entry.type === 'visit' ? (entry.visit.result?.contenders[0]?.samples ?? []) : [];
        if (entry.type === 'visit' && samples.length > 0)
          this.seen.set(`${entry.visit.caseId} ${entry.visit.process}`, round5(median(samples)));
      }
  }

  #files(): string[] {
    return readdirSync(this.dir, { recursive: true })
      .map(String)
      .filter((name) => name.startsWith('results'))
      .map((name) => name.slice('results/'.length));
  }
}

const SCENARIO = `
cost: [{seconds: 0.05}]
noise: {betweenProcesses: {kind: lognormal, sigma: 0.05}, withinProcess: {sigma: 0.01}}
processStartSeconds: 0.5
`;

const visitsOf = ({ cases }: RunRecord) =>
  new Map(cases.flatMap((row) => row.visits.map((visit) => [`${row.id} ${visit.process}`, visit.medianSeconds])));

const STEADY: Plan = {
  shapes: [
    { m: 1, w: 'f32' },
    { m: 2, w: 'f32' },
  ],
  events: [],
  attempts: [],
  last: [],
  shard: false,
};

describe('Ctrl-C', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench(STEADY);
  });
  afterEach(() => rmSync(bench.dir, { recursive: true }));

  it('prints the record so far as one document with --json, and writes none', async () => {
    const { exit, out, err } = await bench.run(['--json', '--processes', '9', '--budget', '700'], 3);
    expect(err).toContain('continue with: shapemark run mine.yaml --processes 9 --budget 700 --engine scripted');
    const record = recordSchema.parse(JSON.parse(out));
    expect({ exit, ended: record.ended, records: bench.records() }).toEqual({
      exit: 130,
      ended: 'interrupted',
      records: [],
    });
    expect(record.cases.flatMap(({ visits }) => visits)).toHaveLength(3);
    expect(vetRecord(record, { withSamples: true }).verdict).toBe('ask');
  });

  it('of a run resumed with no time for anything loses no visit, as once happened', async () => {
    await bench.run([], 9);
    const { exit, out, err } = await bench.run(['--budget', '0.001']);
    expect(err).toContain('9 visits are done');
    expect(exit).toBe(0);
    expect(out).toContain('2 measured, 0 skipped, 0 failed; ended because the budget');
    expect(out).toMatch(/few-processes \(2 rows\): only \d of 6 processes fitted the budget/);
  });

  it('of a run divided by its sentinel prints what little there is', async () => {
    const { exit, out } = await bench.run(['--divide-by-sentinel'], 1);
    expect(exit).toBe(130);
    expect(out).toContain('1 measured, 1 skipped, 0 failed; ended because the run was interrupted');
  });
});

describe('a shard without a case', () => {
  it('measures nothing and says so', async () => {
    const bench = new Bench({ ...STEADY, shard: false });
    try {
      const { exit, err } = await bench.run(['--shard', '3/3']);
      expect({ exit, err }).toMatchObject({
        exit: 3,
        err: expect.stringContaining('shard 3 of 3 has none of 2 cases; use fewer shards'),
      });
      expect(bench.records()).toEqual([]);
    } finally {
      rmSync(bench.dir, { recursive: true });
    }
  });
});

describe('nothing finished is thrown away', () => {
  it('by interruptions, resumptions with other limits, budgets and failures', async () => {
    const property = fc.asyncProperty(plans, async (plan) => {
      const bench = new Bench(plan);
      try {
        for (const { limits: more, interruptAfter, unwritten } of plan.attempts) {
          const { exit, out, err } = await bench.run(more, interruptAfter);
          if (exit !== 130) break;
          expect(err).toContain('continue with: shapemark run mine.yaml');
          expect(out).toContain('ended because the run was interrupted');
          expect(bench.records()).toEqual([]);
          bench.unwrite(unwritten);
        }
        if (bench.records().length === 0) await bench.run(plan.last);
        const [file = ''] = bench.records();
        const record = readSamples(file, readRecord(file));
        expect(record).not.toBeNull();
        const verdict = vetRecord(record as RunRecord, { withSamples: true, fileName: (record as RunRecord).id });
        expect(verdict.reasons.filter(() => verdict.verdict === 'refuse')).toEqual([]);
        const visits = visitsOf(record as RunRecord);
        for (const [visit, seconds] of bench.seen) expect([visit, visits.get(visit)]).toEqual([visit, seconds]);
        for (const row of (record as RunRecord).cases)
          if (row.visits.length > 0) expect(row.status).not.toBe('skipped');
        expect(bench.journals()).toEqual([]);
      } finally {
        rmSync(bench.dir, { recursive: true });
      }
    });
    await fc.assert(property, { numRuns: ROUNDS });
  }, 120_000);
});
