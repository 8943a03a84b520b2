// What is looked for every second, tenant by tenant. What fails for one is logged, due again, and no reason to watch another one less.
import { Rounds } from '../platform/clock/rounds.js';
import { toTypeId } from '../platform/crypto/type-id.js';
import type { Log } from '../platform/logging/log.js';

export interface TenantWatch {
  /** What the log says when it failed. */
  readonly failure: string;
  /** Tenants (UUIDs) of which there is something to do. */
  due(): Promise<readonly string[]>;
  handle(tenantId: string): Promise<unknown>;
}

export class TenantRounds {
  private readonly rounds = new Rounds(() => this.look());

  constructor(
    private readonly watch: TenantWatch,
    private readonly log: Log,
  ) {}

  start(): void {
    this.rounds.start();
  }

  /** Looks at once. Of so many tenants as one round takes. */
  now(): Promise<void> {
    return this.rounds.now();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  private async look(): Promise<void> {
    const due = await this.watch.due().catch((error: unknown) => this.failed(error));
    for (const tenantId of due)
      await this.watch.handle(tenantId).catch((error: unknown) => this.failed(error, tenantId));
  }

  private failed(error: unknown, tenantId?: string): string[] {
    const of = tenantId === undefined ? {} : { tenantId: toTypeId('ten', tenantId) };
    this.log.warn(this.watch.failure, { ...of, error });
    return [];
  }
}
