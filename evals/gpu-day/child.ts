/** A command that is interrupted when its time is over, or when somebody interrupts the day. */
import { spawn } from 'node:child_process';

export interface Command {
  readonly program: string;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly input?: string | undefined;
  /** After this it is interrupted, as by Ctrl-C. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

export interface Ended {
  /** Null where a signal ended it or it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  /** The last lines. */
  readonly stderr: string;
  /** Whether its time was over. */
  readonly late: boolean;
}

/** To write down what it has, after it was interrupted. */
export const GRACE_SECONDS = 20;
const STDERR_KEPT = 4_000;

export function ended({ program, words, cwd, input, seconds, signal }: Command): Promise<Ended> {
  return new Promise((resolve) => {
    // A group of its own: Ctrl-C reaches it through us alone, and what it leaves running ends with it.
    const child = spawn(program, words, { cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    let late = false;
    let force: NodeJS.Timeout | undefined;
    const interrupt = () => {
      child.kill('SIGINT');
      force ??= setTimeout(() => endGroup(child.pid), GRACE_SECONDS * 1e3);
    };
    const limit = setTimeout(() => {
      late = true;
      interrupt();
    }, seconds * 1e3);
    signal.addEventListener('abort', interrupt);
    const finish = (code: number | null, reason = '') => {
      clearTimeout(limit);
      clearTimeout(force);
      signal.removeEventListener('abort', interrupt);
      endGroup(child.pid);
      const said = reason || Buffer.concat(stderr).toString().slice(-STDERR_KEPT);
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: said.trim(), late });
    };
    child.on('error', (error) => finish(null, error.message));
    child.on('close', (code) => finish(code));
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}
