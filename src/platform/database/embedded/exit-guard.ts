// Stops the server on every way out of this process: in order on SIGINT, SIGTERM, SIGHUP and when there is nothing left to
// do, at once on process.exit() and uncaught exceptions. A service with signal handlers of its own keeps the say: then
// only the last resort stays with us. Nothing helps against SIGKILL but the next start.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Ending {
  /** In order; may take seconds. */
  stop(): Promise<void>;
  /** At once, without waiting. */
  abandon(): void;
}

/** Returns what takes the guard off again. */
export function guardExit(ending: Ending): () => void {
  const onExit = (): void => ending.abandon();
  const onIdle = (): void => void ending.stop();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return;
    takeOff();
    // Once more, for its usual effect and the exit status that tells of it.
    void ending.stop().finally(() => process.kill(process.pid, signal));
  };
  const takeOff = (): void => {
    process.off('exit', onExit).off('beforeExit', onIdle);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  process.once('exit', onExit).once('beforeExit', onIdle);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return takeOff;
}
