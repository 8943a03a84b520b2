// A value that this instance reads from the database every second, so that an operator's change reaches all instances.
// After five seconds without a successful read it is stale, and its users must refuse.

const POLL_MS = 1_000;
const STALE_MS = 5_000;

export interface PollOptions<Value> {
  readonly read: () => Promise<Value>;
  readonly failed: (error: unknown) => void;
  /** The value before the first read. */
  readonly initial: Value;
}

export class Poll<Value> {
  private held: Value;
  private refreshedAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: PollOptions<Value>) {
    this.held = options.initial;
  }

  get value(): Value {
    return this.held;
  }

  /** Measured on the monotonic clock. */
  isFresh(): boolean {
    return performance.now() - this.refreshedAt < STALE_MS;
  }

  /** Reads now, and then every second. */
  async start(): Promise<void> {
    await this.refresh();
    this.schedule();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Reads now, in addition to the read of every second. */
  async refresh(): Promise<void> {
    const startedAt = performance.now();
    try {
      this.held = await this.options.read();
      this.refreshedAt = startedAt;
    } catch (error) {
      this.options.failed(error);
    }
  }

  private schedule(): void {
    this.timer = setTimeout(() => void this.refresh().then(() => this.stopped || this.schedule()), POLL_MS);
    this.timer.unref();
  }
}
