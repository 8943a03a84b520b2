// The facts that grant access and are bound to their row by a MAC under the key ring. A spec changes each of them by
// SQL. Adding a fact or a row? Also: bind it wherever it is written, and check `RowBinder.isBound` wherever it grants
// something.
import type { RowKey } from './sealed-columns.js';

export interface Binding extends RowKey {
  readonly table: string;
  /** The column that holds the MAC. */
  readonly mac: string;
  /** The columns under the MAC, in this order. */
  readonly facts: readonly string[];
  /** Rows that have a MAC. All if absent. */
  readonly where?: string;
}

const ID = { tenant_id: 'uuid', id: 'uuid' } as const;
const OF_FACTOR = { tenant_id: 'uuid', factor_id: 'uuid' } as const;
const OF_CLIENT = { tenant_id: 'uuid', client_id: 'uuid', slot: 'smallint' } as const;

/** Tenants of the service itself. They have no clients. */
const OF_SERVICE = "id NOT IN ('00000000-0000-7000-8000-000000000000', '00000000-0000-7000-8000-000000000001')";

export const BINDINGS = {
  tenants: {
    table: 'tenants',
    mac: 'row_mac',
    key: { id: 'uuid' },
    facts: [
      'id',
      'recovery_delay_hours',
      'webauthn_rp_id',
      'webauthn_origins',
      'bound_tokens_only',
      'device_cool_off_hours',
      'push_url',
    ],
    where: OF_SERVICE,
  },
  clients: {
    table: 'clients',
    mac: 'row_mac',
    key: ID,
    facts: ['tenant_id', 'id', 'scopes', 'status', 'suspended_at'],
  },
  client_secrets: {
    table: 'client_secrets',
    mac: 'row_mac',
    key: OF_CLIENT,
    facts: ['tenant_id', 'client_id', 'slot', 'secret_hash'],
  },
  client_keys: {
    table: 'client_keys',
    mac: 'row_mac',
    key: OF_CLIENT,
    facts: ['tenant_id', 'client_id', 'slot', 'kid', 'public_jwk'],
  },
  signing_keys: {
    table: 'signing_keys',
    mac: 'row_mac',
    key: { kid: 'text' },
    facts: ['kid', 'public_jwk', 'created_at', 'signs_from'],
  },
  enrolled: {
    table: 'users',
    mac: 'enrolled_mac',
    key: { tenant_id: 'uuid', user_id: 'text' },
    facts: ['tenant_id', 'user_id', 'enrolled_at'],
    where: "tenant_id <> '00000000-0000-7000-8000-000000000000'",
  },
  recoveries: {
    table: 'users',
    mac: 'recovery_mac',
    key: { tenant_id: 'uuid', user_id: 'text' },
    facts: ['tenant_id', 'user_id', 'recovery'],
    where: 'recovery IS NOT NULL',
  },
  factors: {
    table: 'factors',
    mac: 'row_mac',
    key: ID,
    facts: [
      'tenant_id',
      'id',
      'user_id',
      'type',
      'status',
      'activated_at',
      'expires_at',
      'totp_algorithm',
      'totp_digits',
      'totp_period',
      'replaces',
      'granted_by',
      'granted_ticket',
    ],
  },
  webauthn_credentials: {
    table: 'webauthn_credentials',
    mac: 'row_mac',
    key: OF_FACTOR,
    facts: ['tenant_id', 'factor_id', 'credential_id', 'public_key', 'backup_eligible'],
  },
  devices: {
    table: 'devices',
    mac: 'row_mac',
    key: OF_FACTOR,
    facts: ['tenant_id', 'factor_id', 'ticket_hash', 'public_jwk', 'platform'],
  },
  recovery_codes: {
    table: 'recovery_codes',
    mac: 'row_mac',
    key: ID,
    facts: ['tenant_id', 'id', 'factor_id', 'user_id', 'selector', 'hash'],
  },
  phones: {
    table: 'phones',
    mac: 'row_mac',
    key: OF_FACTOR,
    facts: ['tenant_id', 'factor_id', 'user_id', 'channel', 'number_index', 'confirmed_at'],
  },
  phone_settings: {
    table: 'phone_settings',
    mac: 'row_mac',
    key: { tenant_id: 'uuid' },
    facts: [
      'tenant_id',
      'via',
      'countries',
      'daily_cap',
      'lookups',
      'webhook_url',
      'twilio_account',
      'twilio_from',
      'risk_url',
      'risk_unknown',
      'risk_recent',
      'risk_recent_days',
    ],
  },
  decisions: {
    table: 'challenges',
    mac: 'decision_mac',
    key: ID,
    facts: ['tenant_id', 'id', 'client_id', 'user_id', 'type', 'action', 'nonce', 'decided_by', 'decided_at'],
    where: "status = 'approved' AND decided_by IS NOT NULL",
  },
} as const satisfies Readonly<Record<string, Binding>>;

export type BindingName = keyof typeof BINDINGS;

export const BINDING_NAMES = Object.keys(BINDINGS) as BindingName[];

/** A value for each fact of a binding, by column name. */
export type Facts<Name extends BindingName = BindingName> = Readonly<
  Record<(typeof BINDINGS)[Name]['facts'][number], unknown>
>;
