// The columns of a factor under its MAC, and how they are read.
import type { Facts } from '../platform/keys/bindings.js';
import { BINDINGS } from '../platform/keys/bindings.js';

/** As Prisma reads the table. */
export interface FactorFacts {
  readonly tenantId: string;
  readonly id: string;
  readonly userId: string;
  readonly type: string;
  readonly status: string;
  readonly activatedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly totpAlgorithm: string | null;
  readonly totpDigits: number | null;
  readonly totpPeriod: number | null;
  readonly replaces: string | null;
  readonly grantedBy: string | null;
  readonly grantedTicket: string | null;
}

export function factsOfFactor(row: FactorFacts): Facts<'factors'> {
  return {
    tenant_id: row.tenantId,
    id: row.id,
    user_id: row.userId,
    type: row.type,
    status: row.status,
    activated_at: row.activatedAt,
    expires_at: row.expiresAt,
    totp_algorithm: row.totpAlgorithm,
    totp_digits: row.totpDigits,
    totp_period: row.totpPeriod,
    replaces: row.replaces,
    granted_by: row.grantedBy,
    granted_ticket: row.grantedTicket,
  };
}

/** A row of the table as a statement reads it, by `FACTOR_COLUMNS`. */
export type BoundFactorRow = Facts<'factors'> & { readonly row_mac: Buffer | null };

/** The columns to select for the check of a factor with this alias. */
export function factorColumns(alias: string): string {
  return [...BINDINGS.factors.facts, BINDINGS.factors.mac].map((column) => `${alias}.${column}`).join(', ');
}
