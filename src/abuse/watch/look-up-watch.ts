// Evaluates look-ups of numbers an hour after each question. Then a number that was looked up and enrolled meanwhile
// counts as registered. Every instance looks each second; one at a time evaluates a tenant.
import { Injectable } from '@nestjs/common';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import type { NamedStatement } from '../../platform/database/named-statement.js';
import { Alerts, type NewAlert } from '../alerts/alerts.repository.js';
import { NumberFacts } from '../number-facts.js';
import { QuarantineService } from '../quarantine/quarantine.service.js';
import { handledOf, type Handled, type TenantWatch } from '../tenant-loop.js';
import { walked, type Rise } from '../enumeration-score.policy.js';
import { ROWS_IN_TURN, evaluationWith } from './observation.statement.js';
import { WatchRepository } from './watch.repository.js';

/** Time between a question and its evaluation: an enrolment that follows may take this long. */
export const LOOK_UP_PATIENCE_MS = 3_600_000;

@Injectable()
export class LookUpWatch implements TenantWatch {
  readonly failure = 'look-ups could not be evaluated';
  private readonly evaluation: NamedStatement;

  constructor(
    private readonly watch: WatchRepository,
    facts: NumberFacts,
    private readonly quarantine: QuarantineService,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {
    this.evaluation = evaluationWith(facts);
  }

  due(): Promise<string[]> {
    return this.watch.due(this.until());
  }

  handle(tenantId: string): Promise<Handled | null> {
    return this.watch.inTurn(tenantId, async (transaction) => {
      const turn = { tenantId, until: this.until(), now: this.clock.now() };
      const seen = await this.watch.evaluated(transaction, this.evaluation, turn);
      const { scores, rises, stopped } = walked(await this.watch.scores(transaction, tenantId), seen);
      await this.watch.keep(transaction, tenantId, scores);
      for (const rise of rises) await this.alerts.raise(transaction, alertOf(tenantId, rise));
      for (const clientId of stopped) await this.quarantine.stop(transaction, { tenantId, clientId });
      return handledOf(seen.length, ROWS_IN_TURN);
    });
  }

  private until(): Date {
    return dateAt(this.clock.nowMs() - LOOK_UP_PATIENCE_MS);
  }
}

function alertOf(tenantId: string, { level, clientId }: Rise): NewAlert {
  const kind = level === 'stopped' ? 'look_ups_of_unknown_numbers' : 'many_unknown_numbers';
  return { tenantId, kind, subjectId: clientId ?? tenantId };
}
