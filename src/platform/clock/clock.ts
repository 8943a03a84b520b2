/**
 * The only source of time. All code that compares, stores or signs a time takes it from a Clock, so that tests and the
 * lab can change it. Also the injection token.
 */
export abstract class Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. May go backwards when the machine's clock is corrected. */
  abstract nowMs(): number;

  now(): Date {
    return new Date(this.nowMs());
  }
}

/** The machine's clock. The product uses no other. */
export class SystemClock extends Clock {
  nowMs(): number {
    return Date.now();
  }
}

/** The Date of these milliseconds since 1970-01-01T00:00:00Z, computed from a Clock's time. */
export function dateAt(ms: number): Date {
  return new Date(ms);
}
