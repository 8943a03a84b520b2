// Every column with sealed values, and the place that each value is bound to. A spec compares this list with the
// database. Adding a column? Also: the repository that seals it, with the same place.

export interface RowKey {
  /** Columns of the primary key with their types, in its order. */
  readonly key: Readonly<Record<string, 'uuid' | 'text' | 'smallint'>>;
}

export interface SealedColumn extends RowKey {
  readonly table: string;
  readonly column: string;
  /** The column with the tenant's id; null for the one table that belongs to no tenant. */
  readonly tenant: string | null;
  /** The column whose value is the row's id in the place. */
  readonly row: string;
}

const OF_TENANT = { key: { tenant_id: 'uuid' }, tenant: 'tenant_id', row: 'tenant_id' } as const;
const WITH_ID = { key: { tenant_id: 'uuid', id: 'uuid' }, tenant: 'tenant_id', row: 'id' } as const;

export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'signing_keys', column: 'private_sealed', key: { kid: 'text' }, tenant: null, row: 'kid' },
  { table: 'tenants', column: 'push_secret', key: { id: 'uuid' }, tenant: 'id', row: 'id' },
  { table: 'phone_settings', column: 'webhook_secret', ...OF_TENANT },
  { table: 'phone_settings', column: 'twilio_token', ...OF_TENANT },
  { table: 'phone_settings', column: 'risk_secret', ...OF_TENANT },
  { table: 'webhook_endpoints', column: 'secret', ...WITH_ID },
  { table: 'webhook_endpoints', column: 'previous_secret', ...WITH_ID },
  // Includes the decoys.
  { table: 'factors', column: 'totp_secret', ...WITH_ID },
  {
    table: 'phones',
    column: 'number_sealed',
    key: { tenant_id: 'uuid', factor_id: 'uuid' },
    tenant: 'tenant_id',
    row: 'factor_id',
  },
];
