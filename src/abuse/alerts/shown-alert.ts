import { toTypeId } from '../../platform/crypto/type-id.js';
import type { Alert } from './alert.dto.js';
import { ALERT_KINDS, type AlertKind } from './alert-kinds.js';

export interface AlertRow {
  readonly id: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

export interface NumberedAlertRow extends AlertRow {
  /** Its number among the tenant's alerts: 1, 2, 3 … without gaps. */
  readonly number: string;
}

/** The alert as the API shows it. */
export function shownAlert(tenantId: string, { id, kind, subjectId, count, firstAt, lastAt }: AlertRow): Alert {
  const known = kind as AlertKind;
  return {
    id: toTypeId('alr', id),
    kind: known,
    severity: ALERT_KINDS[known].severity,
    ...(subjectId === tenantId ? {} : { clientId: toTypeId('cli', subjectId) }),
    count,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  };
}
