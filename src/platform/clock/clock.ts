/**
 * The only source of time. Everything that compares, stores or signs a time asks a Clock,
 * so that tests and the lab can move it. Also the injection token.
 */
export abstract class Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. May go backwards when the machine's clock is corrected. */
  abstract nowMs(): number;

  now(): Date {
    return new Date(this.nowMs());
  }
}

/** The machine's own clock: the only one in the product. */
export class SystemClock extends Clock {
  nowMs(): number {
    return Date.now();
  }
}

/** The instant that many milliseconds after 1970-01-01T00:00:00Z: for times reckoned from a Clock's. */
export function dateAt(ms: number): Date {
  return new Date(ms);
}
