const EVERY_MS = 1_000;

/** Work that is looked for every second: never twice at once, and what is in hand is finished when it stops. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;

  /** `round` tells its own failures. */
  constructor(private readonly round: () => Promise<void>) {}

  start(): void {
    this.timer = setInterval(() => {
      this.current ??= this.round().finally(() => (this.current = undefined));
    }, EVERY_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.current;
  }
}
