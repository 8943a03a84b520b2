// For every column, an SQL expression with another value of the same type, as an attacker who writes to the database
// would make it.

interface Change {
  readonly fits: (column: string, value: unknown) => boolean;
  readonly to: (column: string) => string;
}

const isNull = (value: unknown) => value === null;

/** The first match counts. */
const CHANGES: readonly Change[] = [
  { fits: (column) => column === 'user_id', to: () => `'mallory'` },
  { fits: (column) => column === 'type', to: () => `'device'` },
  { fits: (column, value) => column === 'status' && value === 'active', to: () => `'suspended'` },
  { fits: (column, value) => isNull(value) && column.endsWith('_at'), to: () => `'2020-01-01'` },
  { fits: (column, value) => isNull(value) && /^(granted|replaces)/.test(column), to: () => 'gen_random_uuid()' },
  { fits: (_column, value) => isNull(value), to: () => `'x'` },
  { fits: (_column, value) => value instanceof Date, to: (column) => `${column} - interval '1 hour'` },
  {
    fits: (_column, value) => Buffer.isBuffer(value),
    to: (column) => `set_byte(${column}, 3, get_byte(${column}, 3) # 1)`,
  },
  { fits: (_column, value) => Array.isArray(value), to: (column) => `${column} || '{tenant:admin}'` },
  { fits: (_column, value) => typeof value === 'boolean', to: (column) => `NOT ${column}` },
  { fits: (_column, value) => typeof value === 'number', to: (column) => `${column} + 1` },
  { fits: (_column, value) => typeof value === 'object', to: (column) => `${column} || '{"x":"AAAA"}'` },
];

export function changed(column: string, value: unknown): string {
  return CHANGES.find(({ fits }) => fits(column, value))?.to(column) ?? `${column} || 'x'`;
}
