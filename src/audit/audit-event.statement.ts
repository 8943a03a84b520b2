// Adds the INSERT of audit events to a statement that makes a change, so that both commit together (R-07). Actions and
// keys of details come from the closed lists. Every other value is SQL: a parameter, a column or an expression.
import type { AuditAction, AuditDetails } from '../contract/audit-actions.js';

/** One action, or one of two chosen by an SQL condition. */
export type EventAction =
  AuditAction | { readonly when: string; readonly then: AuditAction; readonly otherwise: AuditAction };

export interface EventSql {
  readonly action: EventAction;
  /** Default: the parameter `tenant`. */
  readonly tenantId?: string;
  /** Default: the parameter `event`. */
  readonly id?: string;
  readonly reason?: string;
  readonly clientId?: string;
  readonly userId?: string;
  readonly targetId?: string;
  readonly address?: string;
  readonly endUserAddress?: string;
  readonly requestId?: string;
  /** Made by `eventDetails`, or an expression over it. */
  readonly details?: string;
  /** `FROM …`: one event for each row. Default: exactly one event. */
  readonly from?: string;
}

const COLUMNS = [
  { key: 'reason', name: 'reason', type: 'text' },
  { key: 'clientId', name: 'client_id', type: 'uuid' },
  { key: 'userId', name: 'user_id', type: 'text' },
  { key: 'targetId', name: 'target_id', type: 'uuid' },
  { key: 'address', name: 'address', type: 'text' },
  { key: 'endUserAddress', name: 'end_user_address', type: 'text' },
  { key: 'requestId', name: 'request_id', type: 'text' },
  { key: 'details', name: 'details', type: 'jsonb' },
] as const;

/** The id of an event without an id among the parameters. */
export const NEW_EVENT_ID = 'gen_random_uuid()';

/** The parameters `address` and `request`: the origin of a request. */
export const FROM_REQUEST = { address: ':address::text', requestId: ':request::text' } as const;

/** The same and the parameter `client`: the origin of a client's request. */
export const FROM_CLIENT = { ...FROM_REQUEST, clientId: ':client::uuid' } as const;

/** `INSERT INTO audit_events … SELECT …` of these events, at the time of the parameter `now`. RETURNING can follow. */
export function insertEvents(...events: readonly EventSql[]): string {
  const used = COLUMNS.filter(({ key }) => events.some((event) => event[key] !== undefined));
  const names = ['tenant_id', 'id', 'at', 'action', ...used.map(({ name }) => name)];
  const rows = events.map((event) => {
    const { tenantId = ':tenant::uuid', id = ':event::uuid', action, from = '' } = event;
    const rest = used.map(({ key, type }) => event[key] ?? `NULL::${type}`);
    return `SELECT ${[tenantId, id, ':now::timestamptz', actionSql(action), ...rest].join(', ')} ${from}`;
  });
  return `INSERT INTO audit_events (${names.join(', ')}) ${rows.join(' UNION ALL ')}`;
}

/** A jsonb object with these details. */
export function eventDetails(details: Readonly<Partial<Record<keyof AuditDetails, string>>>): string {
  return `jsonb_build_object(${Object.entries(details)
    .map(([key, value]) => `'${key}', ${value}`)
    .join(', ')})`;
}

function actionSql(action: EventAction): string {
  if (typeof action === 'string') return `'${action}'`;
  return `CASE WHEN ${action.when} THEN '${action.then}' ELSE '${action.otherwise}' END`;
}
