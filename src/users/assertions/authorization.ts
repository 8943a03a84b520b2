// What may stand in the header `Step-Up`: an assertion of an active factor, or the ticket of a recovery. Each kind is a
// class that says whether it authorizes one change, and is used up when it does.
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

/** What authorized a change; it stands beside a factor that was opened, and is looked at again when it is confirmed. */
export interface Authorized {
  /** The active factor that was proven. */
  readonly by?: string;
  /** The recovery whose ticket it was. */
  readonly ticket?: string;
}

export interface Authorization {
  /**
   * Checks what was shown and uses it up, as a part of the change. The user's row is locked by the transaction.
   * @returns why not, where it authorizes nothing; then nothing is used up.
   */
  authorize(transaction: Transaction, call: Call, shown: Shown): Promise<Authorized | StepUpRefusalReason>;
}
