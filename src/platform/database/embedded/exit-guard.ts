// Stops the server whenever this process ends. A fast shutdown on SIGINT, SIGTERM, SIGHUP and at a normal end; an
// immediate one on process.exit() and uncaught exceptions. If the service has signal handlers of its own, only the
// immediate one is installed. After SIGKILL the next start cleans up.
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Ending {
  /** Fast shutdown. May take seconds. */
  stop(): Promise<void>;
  /** Immediate shutdown, without waiting. */
  abandon(): void;
}

/** Returns the function that removes the guard. */
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

/** Repeats the signal, so that the exit status shows it. Process 1 of a container ignores it. */
function endBy(signal: NodeJS.Signals): void {
  process.kill(process.pid, signal);
  process.exit(128 + constants.signals[signal]);
}
