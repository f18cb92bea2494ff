/** Reads damaged texts and keeps what went wrong. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failureOf } from '../../src/cli/exit.ts';
import { loadVerb, VERBS } from '../../src/cli/verbs.ts';
import { seededRandom } from '../../src/stats/random.ts';
import { mutated } from './mutate.ts';
import { corpusText, TARGETS, type Target } from './targets.ts';

export interface Trouble {
  readonly kind: 'crash' | 'hang' | 'trace' | 'written outside';
  readonly target: string;
  readonly message: string;
  readonly text: string;
}

export interface FuzzOutcome {
  readonly inputs: number;
  /** Inputs by target, and how many of them were refused. */
  readonly byTarget: Readonly<Record<string, { inputs: number; refused: number }>>;
  readonly troubles: readonly Trouble[];
  readonly slowestSeconds: number;
}

/** Processor seconds: others may use the machine too. */
const HANG_SECONDS = 1;

/** @param only one target; all by weight if absent */
export async function fuzz(inputs: number, seed: number, only?: string): Promise<FuzzOutcome> {
  // Modules that are loaded when something is first asked for would count as the time of that input.
  await Promise.all(VERBS.map(loadVerb));
  const targets = TARGETS.filter(({ name }) => only === undefined || name === only);
  const chosen = targets.flatMap((target) => new Array<Target>(target.weight).fill(target));
  const random = seededRandom(seed);
  const corpus = new Map(targets.flatMap((target) => target.corpus).map((name) => [name, corpusText(name)]));
  const others = [...corpus.values()];
  const outside = mkdtempSync(join(tmpdir(), 'shapemark-fuzz-'));
  const folder = join(outside, 'a/b/c');
  const byTarget: Record<string, { inputs: number; refused: number }> = {};
  const troubles: Trouble[] = [];
  let slowestSeconds = 0;
  try {
    mkdirSync(folder, { recursive: true });
    for (const target of targets)
      for (const text of target.corpus.flatMap((name) => seedsOf(target, corpus.get(name) ?? '')))
        await (async () => target.read(text, folder))().catch(() => undefined);
    for (let i = 0; i < inputs; i++) {
      mkdirSync(folder, { recursive: true });
      const target = chosen[Math.floor(random() * chosen.length)] as Target;
      const name = target.corpus[Math.floor(random() * target.corpus.length)] as string;
      const whole = corpus.get(name) ?? '';
      const seeds = seedsOf(target, whole);
      const text = mutated(seeds[Math.floor(random() * seeds.length)] ?? '', random, others);
      const counted = byTarget[target.name] ?? { inputs: 0, refused: 0 };
      byTarget[target.name] = counted;
      counted.inputs++;
      const note = (kind: Trouble['kind'], message: string) =>
        troubles.push({ kind, target: target.name, message, text });
      const before = process.cpuUsage();
      try {
        await target.read(text, folder);
      } catch (error) {
        counted.refused++;
        const { code, message } = failureOf(error);
        if (code === 'internal') note('crash', `${message}\n${(error as Error).stack}`);
        else if (/^\s+at .*:\d+:\d+\)?$/m.test(message)) note('trace', message);
      }
      const { user, system } = process.cpuUsage(before);
      const seconds = (user + system) / 1e6;
      slowestSeconds = Math.max(slowestSeconds, seconds);
      if (seconds > HANG_SECONDS) note('hang', `${seconds.toFixed(1)} s`);
      if (i % 200 === 0 && ['', 'a', 'a/b'].some((parent) => readdirSync(join(outside, parent)).length > 1)) {
        note('written outside', readdirSync(outside, { recursive: true }).join(' '));
        rmSync(join(outside, 'a'), { recursive: true, force: true });
      }
      if (i % 50 === 0) rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
  return { inputs, byTarget, troubles, slowestSeconds };
}

function seedsOf({ byLine }: Target, whole: string): string[] {
  return byLine ? whole.trim().split('\n') : [whole];
}
