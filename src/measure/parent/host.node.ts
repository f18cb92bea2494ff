/** Child processes as workers: a crash, a driver abort or an endless loop in a shader ends one of them, never the run. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { uncachedShaderEnvironment } from '../../engine/webgpu/adapters.node.ts';
import type { FromWorker } from '../worker/protocol.ts';
import type { Clock, Host, WorkerHandle } from './host.ts';
import { whileRunning } from './while-running.ts';

const now = () => performance.now() / 1e3;
const clock: Clock = { now, after: whileRunning(now) };

/** The worker's entry: `.ts` in a clone, `.js` when built. */
const ENTRY = fileURLToPath(
  new URL(`../worker/worker.node${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);

const INTERRUPTING: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);
const SIGNAL_SECONDS = 0.2;

/** Last stderr output of a worker that died, for the reason of a failed row. */
const STDERR_KEPT = 2_000;

/**
 * @param entry the worker's file, for one that serves other engines than the harness's own
 * @param argv its arguments
 */
export function processHost(entry = ENTRY, argv: readonly string[] = []): Host {
  return { clock, replication: 'process', start: () => start(entry, argv) };
}

/** A worker runs TypeScript like its parent; if the parent is a test runner, with tsx. */
export function nodeFlags(entry: string): string[] {
  const runsTypeScript = !entry.endsWith('.ts') || process.execArgv.some((flag) => flag.includes('tsx'));
  return runsTypeScript ? process.execArgv : ['--import', 'tsx'];
}

function start(entry: string, argv: readonly string[]): WorkerHandle {
  const child = fork(entry, argv, {
    execArgv: nodeFlags(entry),
    env: { ...process.env, ...uncachedShaderEnvironment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-STDERR_KEPT);
  });
  child.on('error', () => {});
  return {
    post: (message) => {
      if (child.connected) child.send(message, () => {});
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as FromWorker)),
    onExit: (listener) =>
      child.on('exit', (code, signal) => {
        const tell = () => listener(howItEnded(code, signal, stderr));
        // A signal to the process group can end a worker that is still starting; the parent receives its own before or within
        // this time.
        if (signal !== null && INTERRUPTING.has(signal)) setTimeout(tell, SIGNAL_SECONDS * 1e3);
        else tell();
      }),
    kill: () => child.kill('SIGKILL'),
  };
}

/** `TypeError: …`, `Error [CODE]: …` */
const SAYS_WHY = /^\w*Error\b.*:/;
/** Node's last line, stack frames (numbered where it aborts), and Dawn's warnings at startup. */
const SAYS_NOTHING = /^(Node\.js v|\s+at |\s*\d+: |-+ .+ -+$|\s*[}{^]|Warning: |$)/;

function howItEnded(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  const lines = stderr.trim().split('\n');
  const last = lines.findLast((line) => SAYS_WHY.test(line)) ?? lines.findLast((line) => !SAYS_NOTHING.test(line));
  return `${signal ? `was ended by ${signal}` : `exited with code ${code}`}${last ? `: ${last}` : ''}`;
}
