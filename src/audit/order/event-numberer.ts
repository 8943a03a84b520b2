// Numbers what was committed, five times a second, on every instance: whichever comes first has the turn. Readers see an event once it has its
// number.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { IntervalLoop } from '../../platform/clock/interval-loop.js';
import { Log } from '../../platform/logging/log.js';
import { EventOrderRepository, type Turn } from './event-order.repository.js';

const EVERY_MS = 200;
/**
 * Rows of the inbox that are gone stay in its index while any transaction of the database may still see them, an hour's dump for example. So
 * most looks begin where the look before the last whole one ended, and only a whole look finds what has been uncommitted for longer.
 */
const WHOLE_EVERY_MS = 5_000;
/** A whole look that takes long is taken so many times less often. */
const WHOLE_SHARE = 20;
const START = '0';

@Injectable()
export class EventNumberer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rounds = new IntervalLoop(() => this.round(), EVERY_MS);
  private from = START;
  private next = START;
  private wholeAt = -Infinity;
  private wholeTookMs = 0;
  private stopped = false;

  constructor(
    private readonly order: EventOrderRepository,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.rounds.stop();
  }

  /** A round that begins now: what is committed has its number afterwards, unless another instance is at it. */
  now(): Promise<void> {
    return this.rounds.now();
  }

  /** Where looks begin now. */
  get fromPlace(): string {
    return this.from;
  }

  private async round(): Promise<void> {
    const startedAt = performance.now();
    const isWhole = startedAt - this.wholeAt > Math.max(WHOLE_EVERY_MS, WHOLE_SHARE * this.wholeTookMs);
    try {
      const last = await this.turns(isWhole ? START : this.from);
      if (isWhole && last?.isMore === false) this.wholeEnded(startedAt, last);
    } catch (error) {
      this.log.warn('events could not be numbered', { error });
    }
  }

  /** Until nothing is left, or another instance has the turn. */
  private async turns(from: string): Promise<Turn | null> {
    for (;;) {
      const turn = await this.order.turn(from);
      if (turn?.isMore !== true || this.stopped) return turn;
    }
  }

  private wholeEnded(startedAt: number, { newestPlace }: Turn): void {
    this.from = this.next;
    this.next = newestPlace;
    this.wholeTookMs = performance.now() - startedAt;
    this.wholeAt = performance.now();
  }
}
