// What the header `Step-Up` can hold: an assertion of an active factor, or the ticket of a recovery. Each kind is a
// class that decides whether it authorizes one change, and uses it up.
import type { StepUpRefusalReason } from '../../contract/audit-actions.js';
import type { Call } from '../../contract/caller.js';
import type { StepUpAction } from '../../contract/step-up.js';
import type { Transaction } from '../../platform/database/database.js';

export interface Shown {
  readonly userId: string;
  readonly action: StepUpAction;
  /** The header itself. */
  readonly text: string;
}

/** What authorized a change. It is stored with a pending factor and checked again when that is confirmed. */
export interface Authorized {
  /** The active factor that was proven. */
  readonly by?: string;
  /** The recovery of the ticket. */
  readonly ticket?: string;
}

export interface Authorization {
  /**
   * Checks the header's value and uses it up, within the change. The transaction has locked the user's row.
   * @returns the reason of a refusal; nothing is used up then.
   */
  authorize(transaction: Transaction, call: Call, shown: Shown): Promise<Authorized | StepUpRefusalReason>;
}
