/** Facts about this computer that only Node can see, and the opaque id that stands for it. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, homedir, platform, release } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './environment.ts';
import { codeOf } from './lock.node.ts';

/** Of the kernel release only its version: what distributions and hosts append may name a place. */
export function osFacts(): Environment['os'] {
  return { platform: platform(), release: /^\d+(\.\d+)*/.exec(release())?.[0] ?? 'unknown', arch: arch() };
}

export function cpuFacts(): Environment['cpu'] {
  const all = cpus();
  return { model: all[0]?.model.trim().replace(/\s+/g, ' ') || 'unknown', cores: Math.max(all.length, 1) };
}

/** `$XDG_CONFIG_HOME/shapemark/unit`, by default under ~/.config. Deleting it resets the unit. */
export function unitFile(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment.XDG_CONFIG_HOME || join(homedir(), '.config'), 'shapemark', 'unit');
}

const UNIT = /^[0-9a-f]{16}$/;

/**
 * The id of this physical machine: random, derived from nothing, kept in a file. `SHAPEMARK_UNIT` (16 hex digits) overrides
 * it, for runners whose disk forgets. Where the file cannot be kept, each run is a unit of its own.
 */
export function unitId(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment.SHAPEMARK_UNIT;
  if (given !== undefined && given !== '') {
    if (!UNIT.test(given)) throw new RangeError(`SHAPEMARK_UNIT must be 16 hex digits, got "${given}"`);
    return given;
  }
  const file = unitFile(environment);
  return readUnit(file) ?? createUnit(file);
}

function readUnit(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return UNIT.test(text) ? text : null;
  } catch {
    return null;
  }
}

function createUnit(file: string): string {
  const unit = randomBytes(8).toString('hex');
  try {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `${unit}\n`, { flag: 'wx' });
  } catch (error) {
    // Another run may have made it a moment ago; a home that cannot be written to leaves the unit unkept.
    if (codeOf(error) === 'EEXIST') return readUnit(file) ?? unit;
  }
  return unit;
}
