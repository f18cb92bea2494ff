/** Stored tunings: read once a device is known, passed to `best` as plain data. */
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { DeviceFacts } from '../../engine/port.ts';
import { canonicalJson, digest } from '../../gemm/digest.ts';
import type { Tuned, TunedChoices } from '../../kernel/select/tuned.ts';
import { listTunings, readTuning, type StoredTuning } from '../../record/beside/tuning.node.ts';
import { machineName } from '../../record/machine.ts';
import { placeFacts } from './settings.ts';

/** What was tuned on the machine that a device belongs to; reads its files once. */
export function tunedOn(resultsDir: string, engine: string): (facts: DeviceFacts) => TunedChoices {
  const known = new Map<string, TunedChoices>();
  return (facts) => {
    const machine = machineName({ ...placeFacts(engine), adapter: facts });
    const choices = known.get(machine) ?? choicesOf(listTunings(resultsDir, machine).map(readTuning));
    known.set(machine, choices);
    return choices;
  };
}

/** By class, in the order of the files. */
export function choicesOf(stored: readonly StoredTuning[]): TunedChoices {
  const choices = new Map<string, Tuned[]>();
  for (const { tuning, hash } of stored) {
    for (const { class: shapeClass, best, rule } of tuning.classes) {
      const { kernel, tile, thread } = best;
      const ruleWon = canonicalJson(best) === canonicalJson(rule);
      const found: Tuned = { kernel, choice: { tile, thread }, ruleWon, tuning: hash };
      choices.set(shapeClass, [...(choices.get(shapeClass) ?? []), found]);
    }
  }
  return choices;
}

/**
 * Hash over the names of all tunings under a results folder, null if there are none. A run must be resumed with the same tunings,
 * and its machine is not known yet.
 */
export function tuningsHash(resultsDir: string): string | null {
  if (!existsSync(resultsDir)) return null;
  const names = readdirSync(resultsDir)
    .sort()
    .flatMap((machine) => listTunings(resultsDir, machine).map((file) => `${machine}/${basename(file)}`));
  return names.length > 0 ? digest(canonicalJson(names)) : null;
}
