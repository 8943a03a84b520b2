// Stops the server on every way out of this process: in order on SIGINT, SIGTERM, SIGHUP and when there is nothing left to
// do, at once on process.exit() and uncaught exceptions. A service with signal handlers of its own keeps the say: then
// only the last resort stays with us. Nothing helps against SIGKILL but the next start.
import { constants } from 'node:os';

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
    void ending.stop().finally(() => endBy(signal));
  };
  const takeOff = (): void => {
    process.off('exit', onExit).off('beforeExit', onIdle);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  process.once('exit', onExit).once('beforeExit', onIdle);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return takeOff;
}

/** The signal's own effect, so that the exit status tells of it. Process 1 of a container is immune to that. */
function endBy(signal: NodeJS.Signals): void {
  process.kill(process.pid, signal);
  process.exit(128 + constants.signals[signal]);
}
