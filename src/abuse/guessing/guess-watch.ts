// Reads each tenant's new audit events and raises alerts about guessing, push bombing and blind look-ups without an
// answer. These alerts do not block the client.
import { Injectable } from '@nestjs/common';
import { AuditEventRepository, type AuditEventRow } from '../../audit/audit-event.repository.js';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { Alerts } from '../alerts/alerts.repository.js';
import { UserQueries } from '../harvest/user-queries.js';
import { handledOf, type Handled, type TenantWatch } from '../tenant-loop.js';
import { guessSignsOf, signalsOf, SLOT_MS, type SignalEvent } from './guess.policy.js';
import { GuessBaselineRepository, type At } from './guess-baseline.repository.js';
import { SignalRepository } from './signal.repository.js';
import { isSprayedDay, learned, refusedDaysOf } from './spray.policy.js';

/** Events in one transaction. */
const EVENTS = 1_000;

@Injectable()
export class GuessWatch implements TenantWatch {
  readonly failure = 'an audit log could not be checked for guessing';

  constructor(
    private readonly signals: SignalRepository,
    private readonly baselines: GuessBaselineRepository,
    private readonly events: AuditEventRepository,
    private readonly queries: UserQueries,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  due(): Promise<string[]> {
    return this.signals.due();
  }

  handle(tenantId: string): Promise<Handled | null> {
    return this.signals.inTurn(tenantId, async (transaction) => {
      const after = await this.signals.cursor(transaction, tenantId);
      if (after === null) return 'nothing';
      const rows = await this.events.page(tenantId, { after, limit: EVENTS }, transaction);
      await this.count(transaction, tenantId, rows);
      return handledOf(rows.length, EVENTS);
    });
  }

  private async count(transaction: Transaction, tenantId: string, rows: readonly AuditEventRow[]): Promise<void> {
    const last = rows.at(-1);
    if (last === undefined) return;
    const at = { tenantId, now: this.clock.now() };
    await this.signals.advance(transaction, at, last);
    await this.queries.take(transaction, tenantId, rows);
    const events = rows.map(eventOf);
    const found = signalsOf(events);
    const refused = refusedDaysOf(events);
    if (found.length + refused.length === 0) return;
    const mean = await this.usual(transaction, at);
    await this.signals.count(transaction, at, found);
    for (const sign of guessSignsOf(await this.signals.facts(transaction, at), mean))
      await this.raise(transaction, tenantId, sign);
    if ((await this.baselines.addRefused(transaction, at, refused)) > 0)
      await this.raise(transaction, tenantId, { kind: 'user_guessed', clientId: null });
  }

  /** The usual level of the tenant. The first events of a day add the day before to it, before they are counted. */
  private async usual(transaction: Transaction, at: At): Promise<number> {
    const { mean, isDue } = await this.baselines.find(transaction, at);
    if (!isDue) return mean ?? 0;
    const day = await this.baselines.yesterday(transaction, at);
    // A day without traffic changes no baseline. A tenant has none before its first day.
    const next = day.approved + day.unresolved === 0 ? mean : learned(mean, day);
    if (next === null) return 0;
    if (isSprayedDay(day, mean ?? 0))
      await this.raise(transaction, at.tenantId, { kind: 'codes_sprayed', clientId: null });
    await this.baselines.learn(transaction, at, next);
    return next;
  }

  /** Once in 15 minutes. */
  private async raise(
    transaction: Transaction,
    tenantId: string,
    { kind, clientId }: ReturnType<typeof guessSignsOf>[number],
  ): Promise<void> {
    const subjectId = clientId ?? tenantId;
    const slot = dateAt(Math.floor(this.clock.nowMs() / SLOT_MS) * SLOT_MS);
    if (await this.signals.isFirstAlert(transaction, tenantId, { alert: `${kind} ${subjectId}`, slot }))
      await this.alerts.raise(transaction, { tenantId, kind, subjectId });
  }
}

function eventOf({ at, action, reason, client_id, user_id }: AuditEventRow): SignalEvent {
  return { at, action, reason, clientId: client_id, userId: user_id };
}
