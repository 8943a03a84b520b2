// The knowledge of a spec about one user and two parties. The owner has authenticators and recovery codes, and the
// thief has a stolen token. It holds every secret, claim, lock and grant, so that each answer of the service can be
// predicted.
import type { Assertion } from './assertions.js';
import { freshBudget, type Budget } from './budgets.js';
import type { Challenge, Recovery } from './flows.js';

export type Party = 'owner' | 'thief';

/** Three clients of the user's tenant and one of another. Each has every scope; the thief has the last two. */
export type ClientName = 'app' | 'second' | 'stolen' | 'foreign';

export interface Authenticator {
  readonly type: 'totp';
  readonly id: string;
  /** The party that has the secret. */
  readonly holder: Party;
  readonly secret: string;
  /**
   * What authorized it: a proof of this factor, or the ticket of this recovery. Both are null if the user was never
   * enrolled.
   */
  readonly by: Factor | null;
  readonly ticketOf: Recovery | null;
  readonly replaces: Factor | null;
  readonly endsAtMs: number;
  /** `gone`: the row is deleted. An expired one may still have its row. */
  status: 'pending' | 'active' | 'gone';
  /** The newest accepted step. */
  claimed: number;
  /** An accepted code: both parties have seen it. */
  usedCode: string | null;
}

export interface CodeSet {
  readonly type: 'recovery_codes';
  readonly id: string;
  readonly codes: readonly string[];
  readonly used: Set<string>;
  status: 'active' | 'gone';
}

export type Factor = Authenticator | CodeSet;

/** A user of the thief. It must not help against another user. */
export interface Stranger {
  readonly userId: string;
  readonly secret: string;
  claimed: number;
}

export class Model {
  /** Every factor of the run, oldest first: an index means the same factor when a failure is replayed. */
  readonly factors: Factor[] = [];
  /** The ones that the user's row lists as open, oldest first. */
  pending: Authenticator[] = [];
  readonly assertions: Assertion[] = [];
  readonly challenges: Challenge[] = [];
  /** Every recovery of the run, and the recovery in the user's row, which may be over. */
  readonly recoveries: Recovery[] = [];
  recovery: Recovery | null = null;
  /** Keys of things that can be used once and were used. */
  readonly used = new Set<string>();
  budgets: Record<'oneTimeCodes' | 'recoveryCodes', Budget> = {
    oneTimeCodes: freshBudget(),
    recoveryCodes: freshBudget(),
  };
  /** The client that asked to restart the count, and until when another client may confirm. */
  reopening: { readonly client: ClientName; readonly untilMs: number } | null = null;
  reopenedAtMs: number | null = null;
  isEnrolled = false;
  /** The user with the same id in the other tenant. */
  double: Stranger | null = null;

  constructor(
    readonly userId: string,
    public nowMs: number,
    /** A user of the same tenant. */
    readonly bystander: Stranger,
  ) {}

  get authenticators(): Authenticator[] {
    return this.factors.filter((factor) => factor.type === 'totp');
  }

  get codeSets(): CodeSet[] {
    return this.factors.filter((factor) => factor.type === 'recovery_codes');
  }

  /** The factors that GET …/factors shows. */
  get shown(): Factor[] {
    return this.factors.filter(
      (factor) =>
        factor.status === 'active' ||
        (factor.type === 'totp' && factor.status === 'pending' && factor.endsAtMs > this.nowMs),
    );
  }

  /** Removes a factor. With the last authenticator the recovery codes are removed too. */
  remove(factor: Factor): void {
    const wasActive = factor.status === 'active';
    factor.status = 'gone';
    this.pending = this.pending.filter((one) => one !== factor);
    if (!wasActive || this.authenticators.some(({ status }) => status === 'active')) return;
    for (const set of this.codeSets) set.status = 'gone';
  }
}
