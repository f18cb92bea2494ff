import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../src/cli/exit.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Whether the system has a software adapter (lavapipe).
 * @throws Error where the adapter is there and cannot be used: that is no reason to skip.
 */
export function hasSoftwareAdapter(): boolean {
  const doctor = ['--import', 'tsx', 'src/cli/bin.ts', 'doctor', '--adapter', 'software'];
  const { status, signal, stderr } = spawnSync(process.execPath, doctor, { cwd: ROOT, encoding: 'utf8' });
  if (status === EXIT.fine) return true;
  if (status === EXIT.nothing) return false;
  throw new Error(`the software adapter cannot be used (${signal ?? `exit code ${status}`}): ${stderr}`);
}
