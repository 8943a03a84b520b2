// The one seam between what a user proves with and who asks for it. A kind of factor is a folder that implements this and
// one line in factors.module.ts; challenges/ knows nothing else of it.
import type { Statement, Transaction } from '../platform/database/database.js';
import type { Subject } from '../users/attempts.js';

export type FactorType = 'totp' | 'recovery_codes';

export interface Presented {
  readonly tenantId: string;
  readonly userId: string;
  readonly code: string;
}

/** Whose factor a proof is judged against, and what it matched: a value that may be claimed once, or NO_STEP. */
export interface Match {
  readonly subject: Subject;
  readonly step: number;
}

export interface FactorMethod {
  readonly type: FactorType;
  /** Authentication Methods References (RFC 8176) that an assertion names. */
  readonly amr: readonly string[];
  /** Authentication context class: how strong a proof by this method is. */
  readonly acr: string;
  /** Whether a proof by it may authorize a change to the user's factors. */
  readonly allowsStepUp: boolean;
  /** Whether a user may be left with it alone. If not, it goes with the last factor of another kind. */
  readonly standsAlone: boolean;
  /** The statement that judges its attempts: it names the budget that a wrong proof is charged to. */
  readonly attempt: Statement;
  /** True for a code of this method's form; no two methods share a form. */
  recognizes(code: string): boolean;
  /** Compares; claims and counts nothing. Costs the same for a user who does not exist. */
  match(presented: Presented): Promise<Match>;
  /** Where a factor is used up: how many proofs are left. */
  remaining?(tenantId: string, factorId: string): Promise<number>;
  /** Where single codes are claimed: the ids under which they stand in the user's row. */
  codeIds?(transaction: Transaction, tenantId: string, factorId: string): Promise<string[]>;
}
