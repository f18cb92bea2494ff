/** The first Ctrl-C, hangup or termination signal stops in order and keeps the journal; the second exits at once. */

/** Exit code of a command that a signal ended: 128 and the number of SIGINT, as shells have it. */
export const INTERRUPTED = 130;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** @returns a signal that aborts on any of them until `release` is called */
export function interruption(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const release = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  return { signal: controller.signal, release };
}

/** Signals during synchronous work are told of in the next turn of the event loop: the one whose end the second wait is for. */
export async function signalsHeard(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}
