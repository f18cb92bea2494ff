/** Facts about this computer that only Node can read, and its opaque id. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, homedir, platform, release } from 'node:os';
import { dirname, join } from 'node:path';
import { codeOf, makeFolder } from './disk.node.ts';
import type { Environment } from './environment.ts';

/** Only the version of the kernel release; suffixes may identify a host. */
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
 * The id of this physical machine: random, derived from nothing, kept in a file. `SHAPEMARK_UNIT` (16 hex digits) overrides it,
 * for runners without a persistent disk. If the file cannot be written, each run is its own unit.
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
    makeFolder(dirname(file));
    writeFileSync(file, `${unit}\n`, { flag: 'wx' });
  } catch (error) {
    // Another run may have just created it; if the home folder is not writable, the unit is not stored.
    if (codeOf(error) === 'EEXIST') return readUnit(file) ?? unit;
  }
  return unit;
}
