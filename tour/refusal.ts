// The two errors that end the tour early. Each prints a sentence for the person at the terminal, never a stack.

/** The tour cannot start or continue: the message says what is missing and what to do. */
export class Hindrance extends Error {
  override readonly name = 'Hindrance';
}

/** The service did not do what the step says. */
export class Difference extends Error {
  override readonly name = 'Difference';

  constructor(
    readonly what: string,
    readonly expected: unknown,
    readonly came: unknown,
  ) {
    super(what);
  }
}

/** @throws Difference unless both are the same when written as JSON. */
export function expectSame(what: string, expected: unknown, came: unknown): void {
  if (JSON.stringify(expected) !== JSON.stringify(came)) throw new Difference(what, expected, came);
}

/** @throws Difference unless `came` has the shape. */
export function expectShape(what: string, shape: RegExp, came: unknown): asserts came is string {
  if (typeof came !== 'string' || !shape.test(came)) throw new Difference(what, `text like ${shape.source}`, came);
}
