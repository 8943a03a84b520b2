const EVERY_MS = 1_000;

/** Work that is looked for every second, or as often as is said: never twice at once, and what is in hand is finished when it stops. */
export class IntervalLoop {
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;

  /** `round` tells its own failures. */
  constructor(
    private readonly round: () => Promise<void>,
    private readonly everyMs = EVERY_MS,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.run(), this.everyMs);
    this.timer.unref();
  }

  /** A round that begins now, or after the one that is under way. */
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
