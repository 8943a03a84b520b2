// Raises an alert when a client, or a tenant's clients together, query many more users without a proof than their past
// explains. A client far above its limit loses its lists of users. Sign-ins are never blocked.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { inTurn } from '../../platform/database/turn.js';
import { Alerts, type NewAlert } from '../alerts/alerts.repository.js';
import { handledOf, type Handled, type TenantWatch } from '../tenant-loop.js';
import { levelOf, type History, type Level, type Settled } from './harvest.policy.js';
import { QueryCountRepository, type Change, type CountKey, type CountRow } from './query-count.repository.js';
import { UserListStops } from './user-list-stops.js';
import { UserQueries } from './user-queries.js';
import { ROWS } from './user-queries.statement.js';

const DAY_MS = 86_400_000;
const ALERT_LEVELS: Readonly<Record<Level, number>> = { quiet: 0, alert: 1, sure: 2 };

@Injectable()
export class HarvestWatch implements TenantWatch {
  readonly failure = 'queries about users could not be evaluated';

  constructor(
    private readonly queries: UserQueries,
    private readonly counts: QueryCountRepository,
    private readonly stops: UserListStops,
    private readonly alerts: Alerts,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  due(): Promise<string[]> {
    return this.queries.due();
  }

  handle(tenantId: string): Promise<Handled | null> {
    return inTurn(this.database, `user queries ${tenantId}`, async (transaction) => {
      const settled = await this.queries.settle(transaction, tenantId);
      const handled = handledOf(
        settled.reduce((rows, { users }) => rows + users, 0),
        ROWS,
      );
      const changes = changesOf(tenantId, settled);
      if (changes.length === 0) return handled;
      const today = Math.floor(this.clock.nowMs() / DAY_MS);
      await this.counts.add(transaction, tenantId, { changes, today });
      const subjects = [...new Set([tenantId, ...changes.map(({ subjectId }) => subjectId)])];
      const rows = await this.counts.of(transaction, tenantId, subjects);
      for (const change of changes) await this.decideAlert(transaction, tenantId, { change, rows });
      return handled;
    });
  }

  private async decideAlert(
    transaction: Transaction,
    tenantId: string,
    { change, rows }: { change: Change; rows: readonly CountRow[] },
  ): Promise<void> {
    const reference = historyOf(rows, { ...change, subjectId: tenantId });
    const level = levelOf(change.day, historyOf(rows, change), reference);
    const before = rows.find((row) => isSame(row, change) && row.day === change.day)?.alertLevel ?? 0;
    if (ALERT_LEVELS[level] <= before) return;
    await this.counts.setAlertLevel(transaction, tenantId, { ...change, alertLevel: ALERT_LEVELS[level] });
    if (before === 0) await this.alerts.raise(transaction, alertOf(tenantId, change));
    // SECURITY(T-52): routes of a sign-in are never blocked, or a thief of a credential could lock a tenant's users
    // out.
    const isStopped = level === 'sure' && change.isStoppable && change.subjectId !== tenantId;
    if (isStopped) await this.stops.stop(transaction, { tenantId, clientId: change.subjectId });
  }
}

function alertOf(tenantId: string, { subjectId, isEnrolled }: CountKey): NewAlert {
  return { tenantId, kind: isEnrolled ? 'users_asked_without_proof' : 'unknown_users_asked', subjectId };
}

/** Each once for the client and once for its tenant. */
function changesOf(tenantId: string, settled: readonly Settled[]): Change[] {
  const changes = new Map<string, Change>();
  for (const { clientId, before, after, users, ...kind } of settled)
    for (const subjectId of [clientId, tenantId]) {
      const key = JSON.stringify([subjectId, kind]);
      const known = changes.get(key) ?? { ...kind, subjectId, open: 0, proven: 0, unproven: 0 };
      const counted = { ...known, [after]: known[after] + users };
      changes.set(key, before === null ? counted : { ...counted, [before]: counted[before] - users });
    }
  return [...changes.values()].filter(({ open, proven, unproven }) => open !== 0 || proven !== 0 || unproven !== 0);
}

function historyOf(rows: readonly CountRow[], key: CountKey): History {
  const ofRoutes = rows.filter((row) => row.subjectId === key.subjectId && row.isStoppable === key.isStoppable);
  const counts = ofRoutes.filter((row) => row.isEnrolled === key.isEnrolled);
  return {
    isEnrolled: key.isEnrolled,
    counts,
    activeDays: [...new Set(ofRoutes.map(({ day }) => day))],
  };
}

function isSame(row: CountRow, key: CountKey): boolean {
  return row.subjectId === key.subjectId && row.isStoppable === key.isStoppable && row.isEnrolled === key.isEnrolled;
}
