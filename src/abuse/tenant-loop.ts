// What is looked for every second, tenant by tenant, until nothing is left: a piece of each tenant in turn, so that none waits for another's rest.
// What fails for one is logged, due again, and no reason to watch another one less.
import { IntervalLoop } from '../platform/clock/interval-loop.js';
import { toTypeId } from '../platform/crypto/type-id.js';
import type { Log } from '../platform/logging/log.js';

/** Tenants of one look. */
export const TENANTS_AT_ONCE = 64;

/** What came of one piece: `more` where it was a whole one, so that another may follow. */
export type Handled = 'nothing' | 'all' | 'more';

export interface TenantWatch {
  /** What the log says when it failed. */
  readonly failure: string;
  /** Tenants (UUIDs) of which there is something to do, at most TENANTS_AT_ONCE, those first that have waited longest. */
  due(): Promise<readonly string[]>;
  /** Null where another instance is at it. */
  handle(tenantId: string): Promise<Handled | null>;
}

/** Of so many where at most `most` are handled in one piece. */
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

  /** Looks at once. */
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

  /** Whether to look again at once. Not where all that is left failed, or is in another instance's hands. */
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
