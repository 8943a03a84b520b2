// Makes a suspension reach this instance: a poll every second of the few clients suspended within a token's life.
// When the poll has not succeeded for five seconds nobody's token is good any more (R-10, DESIGN §3: within 5 s).
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import { Log } from '../../platform/logging/log.js';
import { ACCESS_TOKEN_SECONDS } from '../tokens/access-token.policy.js';
import { ClientRepository, type Suspension } from './client.repository.js';

const POLL_MS = 1_000;
const STALE_MS = 5_000;
// A token can outlive its suspension by its whole life; a minute more for clocks that differ between instances.
const LOOK_BACK_MS = (ACCESS_TOKEN_SECONDS + 60) * 1_000;

@Injectable()
export class Suspensions implements OnApplicationBootstrap, OnApplicationShutdown {
  private byClient = new Map<string, Suspension>();
  private refreshedAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly clients: ClientRepository,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.refresh();
    this.schedule();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** False when this instance may have missed a suspension. Measured on the monotonic clock. */
  isFresh(): boolean {
    return performance.now() - this.refreshedAt < STALE_MS;
  }

  /** True when tokens of the client issued at that second are void. */
  voids(clientId: string, issuedAtSeconds: number): boolean {
    const suspension = this.byClient.get(clientId);
    if (!suspension?.suspendedAt) return false;
    // `iat` is in whole seconds: a token of the very second of the suspension is void too.
    return suspension.status === 'suspended' || issuedAtSeconds * 1_000 <= suspension.suspendedAt.getTime();
  }

  private async refresh(): Promise<void> {
    const startedAt = performance.now();
    try {
      const found = await this.clients.suspendedAfter(dateAt(this.clock.nowMs() - LOOK_BACK_MS));
      this.byClient = new Map(found.map((suspension) => [suspension.id, suspension]));
      this.refreshedAt = startedAt;
    } catch (error) {
      this.log.warn('suspended clients could not be read', { error });
    }
  }

  private schedule(): void {
    this.timer = setTimeout(() => void this.refresh().then(() => this.stopped || this.schedule()), POLL_MS);
    this.timer.unref();
  }
}
