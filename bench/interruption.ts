// A long command that is stopped from outside, or takes too long, must clean up: it ends by a rejection.

/** Rejects at the first signal that asks for an end, and after `minutes`. */
export function interruption(minutes: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
    setTimeout(() => reject(new Error(`stopped: it took more than ${minutes} minutes`)), minutes * 60_000).unref();
  });
}
