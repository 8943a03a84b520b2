// Looks for work every second, tenant by tenant, until none is left. Each tenant gets one piece in turn, so that none
// waits for another's backlog. A failure of one tenant is logged and retried, and does not affect others.
import { IntervalLoop } from '../platform/clock/interval-loop.js';
import { toTypeId } from '../platform/crypto/type-id.js';
import type { Log } from '../platform/logging/log.js';

/** Tenants of one round. */
export const TENANTS_AT_ONCE = 64;

/** The result of one piece. `more`: the piece was full, so another may follow. */
export type Handled = 'nothing' | 'all' | 'more';

export interface TenantWatch {
  /** The log line of a failure. */
  readonly failure: string;
  /** Tenants (UUIDs) with work, at most TENANTS_AT_ONCE, the longest waiting first. */
  due(): Promise<readonly string[]>;
  /** Null: another instance works on this tenant. */
  handle(tenantId: string): Promise<Handled | null>;
}

/** Of `count` items, when one piece takes at most `most`. */
export function handledOf(count: number, most: number): Handled {
  if (count === 0) return 'nothing';
  return count < most ? 'all' : 'more';
}

export class TenantLoop {
  private readonly rounds = new IntervalLoop(() => this.round());
  private stopped = false;

  constructor(
    private readonly watch: TenantWatch,
    private readonly log: Log,
  ) {}

  start(): void {
    this.rounds.start();
  }

  /** Starts a round now. */
  now(): Promise<void> {
    return this.rounds.now();
  }

  stop(): Promise<void> {
    this.stopped = true;
    return this.rounds.stop();
  }

  private async round(): Promise<void> {
    for (let isMore = true; isMore && !this.stopped;) isMore = await this.look();
  }

  /**
   * Whether to start another round now. Not if all remaining tenants failed or are being handled by another instance.
   */
  private async look(): Promise<boolean> {
    const due = (await this.tried(this.watch.due())) ?? [];
    const handled: (Handled | null)[] = [];
    for (const tenantId of due) handled.push(await this.tried(this.watch.handle(tenantId), tenantId));
    const isFull = due.length >= TENANTS_AT_ONCE && handled.includes('all');
    return isFull || handled.includes('more');
  }

  private async tried<Result>(work: Promise<Result>, tenantId?: string): Promise<Result | null> {
    return work.catch((error: unknown) => {
      const of = tenantId === undefined ? {} : { tenantId: toTypeId('ten', tenantId) };
      this.log.warn(this.watch.failure, { ...of, error });
      return null;
    });
  }
}
