// When a provider is called (circuit breaker). After FAILURES failures in a row it is not called for REST_MS. Then one
// call, the trial, decides: success closes the breaker, failure begins the pause anew. Other calls wait for the trial.

export const FAILURES = 5;
export const REST_MS = 30_000;

export interface Breaker {
  /** In a row, since the last success. */
  readonly failures: number;
  /** When the pause began. Null: the breaker is closed. */
  readonly openedMs: number | null;
}

export const CLOSED: Breaker = { failures: 0, openedMs: null };

/** `try`: the pause is over, the next call is the trial. A clock that was set back ends the pause too. */
export function decideCall({ openedMs }: Breaker, nowMs: number): 'call' | 'try' | 'rest' {
  if (openedMs === null) return 'call';
  const restedMs = nowMs - openedMs;
  return restedMs >= 0 && restedMs < REST_MS ? 'rest' : 'try';
}

/** Only the trial closes an open breaker: a call that began before the failures says nothing new. */
export function afterSuccess(breaker: Breaker, isTrial: boolean): Breaker {
  return isTrial ? CLOSED : { ...breaker, failures: 0 };
}

export function afterFailure(breaker: Breaker, isTrial: boolean, nowMs: number): Breaker {
  const failures = breaker.failures + 1;
  if (isTrial) return { failures, openedMs: nowMs };
  if (breaker.openedMs !== null || failures < FAILURES) return { ...breaker, failures };
  return { failures, openedMs: nowMs };
}
