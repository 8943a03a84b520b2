// Watches who asks about numbers. An hour after each question it is known whether the number is: whoever looks a number up and then enrols
// it has asked about a known one. Every instance looks each second; of one tenant one judges at a time.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import { Rounds } from '../../platform/clock/rounds.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import type { NamedStatement } from '../../platform/database/named-statement.js';
import { Log } from '../../platform/logging/log.js';
import { Alerts, type NewAlert } from '../alerts/alerts.js';
import { NumberFacts } from '../number-facts.js';
import { QuarantineService } from '../quarantine/quarantine.service.js';
import { walked, type Rise } from '../walk.policy.js';
import { judgingWith } from './observation.statement.js';
import { WatchRepository } from './watch.repository.js';

/** Between a question and its judgement: so long an enrolment may take that follows it. */
const PATIENCE_MS = 3_600_000;

@Injectable()
export class LookUpWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rounds = new Rounds(() => this.look());
  private readonly judging: NamedStatement;

  constructor(
    private readonly watch: WatchRepository,
    facts: NumberFacts,
    private readonly quarantine: QuarantineService,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.judging = judgingWith(facts);
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async look(): Promise<void> {
    const until = dateAt(this.clock.nowMs() - PATIENCE_MS);
    const due = await this.watch.due(until).catch((error: unknown) => this.failed(error));
    // What fails for one tenant is no reason to watch another one less.
    for (const tenantId of due)
      await this.judge(tenantId, until).catch((error: unknown) => this.failed(error, tenantId));
  }

  private failed(error: unknown, tenantId?: string): string[] {
    const of = tenantId === undefined ? {} : { tenantId: toTypeId('ten', tenantId) };
    this.log.warn('look-ups could not be judged', { ...of, error });
    return [];
  }

  private async judge(tenantId: string, until: Date): Promise<void> {
    await this.watch.inTurn(tenantId, async (transaction) => {
      const turn = { tenantId, until, now: this.clock.now() };
      const seen = await this.watch.judged(transaction, this.judging, turn);
      const { scores, rises, stopped } = walked(await this.watch.scores(transaction, tenantId), seen);
      await this.watch.keep(transaction, tenantId, scores);
      for (const rise of rises) await this.alerts.raise(transaction, alertOf(tenantId, rise));
      for (const clientId of stopped) await this.quarantine.stop(transaction, { tenantId, clientId });
    });
  }
}

function alertOf(tenantId: string, { level, clientId }: Rise): NewAlert {
  const kind = level === 'stopped' ? 'look_ups_of_unknown_numbers' : 'many_unknown_numbers';
  return { tenantId, kind, subjectId: clientId ?? tenantId };
}
