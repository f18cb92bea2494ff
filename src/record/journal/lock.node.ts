/** A lock file that names its holder; it is invalid once the holder has ended. */
import { closeSync, linkSync, openSync, readFileSync, renameSync, unlinkSync } from 'node:fs';
import { codeOf, diskErrorOf, writeAt } from '../disk.node.ts';

export class LockHeld extends Error {}

/** Locks of this process; an error that ends it must not leave them behind. */
const held = new Set<string>();
process.on('exit', () => {
  for (const file of held) unlinkIfThere(file);
});

/**
 * Takes the lock or throws LockHeld. A lock left behind by a killed process is taken over.
 *
 * @returns the function that releases it
 */
export function lock(file: string): () => void {
  const mine = identity(process.pid);
  for (let attempt = 0; attempt < 3; attempt++) {
    if (create(file, mine)) {
      held.add(file);
      return () => {
        held.delete(file);
        unlinkIfThere(file);
      };
    }
    const holder = readIfThere(file);
    if (holder === null) continue;
    if (isAlive(holder)) {
      throw new LockHeld(`${file} is held by running process ${holder.split(' ')[0]}; wait for it to end`);
    }
    clearStale(file, holder);
  }
  throw new LockHeld(`${file} keeps being taken by other processes`);
}

function create(file: string, content: string): boolean {
  try {
    const descriptor = openSync(file, 'wx');
    try {
      writeAt(descriptor, Buffer.from(content), 0);
    } catch (error) {
      unlinkIfThere(file);
      throw error;
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw diskErrorOf(error, file) ?? error;
  }
}

/** Moves a stale lock aside; if another process took it over in the meantime, its lock is restored. */
function clearStale(file: string, holder: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readIfThere(aside) !== holder) {
    try {
      linkSync(aside, file);
    } catch {
      // A third process holds it by now.
    }
  }
  unlinkIfThere(aside);
}

/** Process id and, if known, start time: ids are reused, in containers quickly. */
function identity(pid: number): string {
  return `${pid} ${startOf(pid) ?? '?'}`;
}

function isAlive(holder: string): boolean {
  const [number, start] = holder.split(' ');
  const pid = Number(number);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return start === '?' || now === null || now === start;
}

/** Linux: boot and clock ticks at the start of a process, together unique; null elsewhere. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot}:${afterName[19]}`;
  } catch {
    return null;
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function unlinkIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
