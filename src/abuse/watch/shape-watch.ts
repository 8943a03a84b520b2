// Watches what shows in the questions themselves, as soon as they are asked: numbers one after the other, and numbers that nobody has any
// reason to ask about. It tells, and stops nobody: both can be chance, or a joke.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Rounds } from '../../platform/clock/rounds.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { Database } from '../../platform/database/database.js';
import { Log } from '../../platform/logging/log.js';
import { Alerts } from '../alerts/alerts.js';
import { signsIn } from './shape.policy.js';
import { ShapeRepository } from './shape.repository.js';

@Injectable()
export class ShapeWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rounds = new Rounds(() => this.look());

  constructor(
    private readonly shapes: ShapeRepository,
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

  private async look(): Promise<void> {
    const tenants = await this.shapes.fresh().catch((error: unknown) => this.failed(error));
    // What fails for one tenant is no reason to watch another one less.
    for (const tenantId of tenants) await this.notice(tenantId).catch((error: unknown) => this.failed(error, tenantId));
  }

  private failed(error: unknown, tenantId?: string): string[] {
    const of = tenantId === undefined ? {} : { tenantId: toTypeId('ten', tenantId) };
    this.log.warn('look-ups could not be taken notice of', { ...of, error });
    return [];
  }

  private async notice(tenantId: string): Promise<void> {
    await this.database.inTransaction(async (transaction) => {
      const signs = signsIn(await this.shapes.notice(transaction, tenantId, this.clock.now()));
      for (const { kind, clientId } of signs)
        await this.alerts.raise(transaction, { tenantId, kind, subjectId: clientId ?? tenantId });
    });
  }
}
