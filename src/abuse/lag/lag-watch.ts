// Checks every two seconds whether detectors and event numbering keep up, and alerts the operator if not. A detector
// that is behind raises no alerts.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EventNumberer } from '../../audit/order/event-numberer.js';
import { OPERATOR_TENANT_ID } from '../../contract/reserved-tenants.js';
import { Clock } from '../../platform/clock/clock.js';
import { IntervalLoop } from '../../platform/clock/interval-loop.js';
import { Database } from '../../platform/database/database.js';
import { Log } from '../../platform/logging/log.js';
import { Alerts } from '../alerts/alerts.repository.js';
import { LOOK_UP_PATIENCE_MS } from '../watch/look-up-watch.js';
import { behindAt, FOLLOWERS, type Follower, type Lags } from './lag.policy.js';
import { LagRepository } from './lag.repository.js';

const EVERY_MS = 2_000;
/** The alert is repeated at this interval. */
const AGAIN_MS = 15 * 60_000;

@Injectable()
export class LagWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rounds = new IntervalLoop(() => this.look(), EVERY_MS);
  private before: Lags | undefined;
  private current: readonly Follower[] = [];
  private raisedAt = -Infinity;

  constructor(
    private readonly lags: LagRepository,
    private readonly numberer: EventNumberer,
    private readonly alerts: Alerts,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  /** What was behind at the last two checks. */
  get behind(): readonly Follower[] {
    return this.current;
  }

  async now(): Promise<Lags> {
    const oldest = await this.lags.oldest(this.numberer.fromPlace, LOOK_UP_PATIENCE_MS);
    const nowMs = this.clock.nowMs();
    const secondsOf = (since: Date | null) => (since === null ? 0 : Math.max(0, (nowMs - since.getTime()) / 1_000));
    return Object.fromEntries(FOLLOWERS.map((follower) => [follower, secondsOf(oldest[follower])])) as Lags;
  }

  private async look(): Promise<void> {
    try {
      const lags = await this.now();
      this.current = this.before ? behindAt(this.before, lags) : [];
      this.before = lags;
      if (this.current.length > 0) await this.raise();
    } catch (error) {
      this.log.warn('the lag of the detectors could not be read', { error });
    }
  }

  private async raise(): Promise<void> {
    if (performance.now() - this.raisedAt < AGAIN_MS) return;
    for (const follower of this.current) this.log.warn(`behind: ${follower}`);
    const alert = { tenantId: OPERATOR_TENANT_ID, kind: 'detection_lagging', subjectId: OPERATOR_TENANT_ID } as const;
    await this.database.inTransaction((transaction) => this.alerts.raise(transaction, alert));
    this.raisedAt = performance.now();
  }
}
