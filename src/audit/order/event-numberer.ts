// Numbers committed events five times a second. Every instance tries; one at a time does it. Readers see an event once
// it has a number.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { IntervalLoop } from '../../platform/clock/interval-loop.js';
import { Log } from '../../platform/logging/log.js';
import { EventOrderRepository, type Turn } from './event-order.repository.js';

const EVERY_MS = 200;
/**
 * Deleted inbox rows stay in the index while any transaction can see them, such as a dump of an hour. So most rounds
 * start where the round before the last full one ended. Only a full round finds events that stayed uncommitted for
 * longer.
 */
const WHOLE_EVERY_MS = 5_000;
/** A slow full round is run less often, by this factor. */
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

  /** Starts a round now. Committed events have a number afterwards, unless another instance is numbering. */
  now(): Promise<void> {
    return this.rounds.now();
  }

  /** Where rounds start now. */
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

  /** Until none is left, or another instance is numbering. */
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
