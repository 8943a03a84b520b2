const EVERY_MS = 1_000;

/**
 * Runs work every second, or at another interval. Never twice at the same time. A running round is finished at the
 * stop.
 */
export class IntervalLoop {
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;

  /** `round` logs its own failures. */
  constructor(
    private readonly round: () => Promise<void>,
    private readonly everyMs = EVERY_MS,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.run(), this.everyMs);
    this.timer.unref();
  }

  /** Starts a round now, or after the running one. */
  async now(): Promise<void> {
    await this.current;
    await this.run();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.current;
  }

  private run(): Promise<void> {
    return (this.current ??= this.round().finally(() => (this.current = undefined)));
  }
}
