// What a spec knows of one user while two parties act on them: the owner, who holds authenticators and recovery codes, and
// a thief with a stolen token. Every secret, claim, lock and grant stands here, so that each answer of the service can be foretold.
import type { Assertion } from './assertions.js';
import { freshBudget, type Budget } from './budgets.js';
import type { Challenge, Recovery } from './flows.js';

export type Party = 'owner' | 'thief';

/** Three clients of the user's tenant and one of another. Each may do everything; the thief has the last two. */
export type ClientName = 'app' | 'second' | 'stolen' | 'foreign';

export interface Authenticator {
  readonly type: 'totp';
  readonly id: string;
  /** Who has the secret. */
  readonly holder: Party;
  readonly secret: string;
  /** What authorized it: a proof of this factor, or the ticket of this recovery; neither where the user was never enrolled. */
  readonly by: Factor | null;
  readonly ticketOf: Recovery | null;
  readonly replaces: Factor | null;
  readonly endsAtMs: number;
  /** `gone`: no row is left. One that is over may have its row still. */
  status: 'pending' | 'active' | 'gone';
  /** The newest step that was accepted. */
  claimed: number;
  /** A code that was accepted: both parties have seen it. */
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

/** A user of the thief's own: of no use against another, which is what is to be shown. */
export interface Stranger {
  readonly userId: string;
  readonly secret: string;
  claimed: number;
}

export class Model {
  /** Every factor that ever was, oldest first: names stay what they are in a failure that is played again. */
  readonly factors: Factor[] = [];
  /** Those that the user's row names as open, oldest first. */
  pending: Authenticator[] = [];
  readonly assertions: Assertion[] = [];
  readonly challenges: Challenge[] = [];
  /** Every recovery that ever was; the one in the user's row, which may be over. */
  readonly recoveries: Recovery[] = [];
  recovery: Recovery | null = null;
  /** What counted once. */
  readonly used = new Set<string>();
  budgets: Record<'oneTimeCodes' | 'recoveryCodes', Budget> = {
    oneTimeCodes: freshBudget(),
    recoveryCodes: freshBudget(),
  };
  /** Who asked to count wrong codes anew, and until when another client may; when that was done. */
  reopening: { readonly client: ClientName; readonly untilMs: number } | null = null;
  reopenedAtMs: number | null = null;
  isEnrolled = false;
  /** The user of the same name in the other tenant. */
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

  /** What GET …/factors shows. */
  get shown(): Factor[] {
    return this.factors.filter(
      (factor) =>
        factor.status === 'active' ||
        (factor.type === 'totp' && factor.status === 'pending' && factor.endsAtMs > this.nowMs),
    );
  }

  /** Takes a factor away; with the last authenticator go the recovery codes. */
  remove(factor: Factor): void {
    const wasActive = factor.status === 'active';
    factor.status = 'gone';
    this.pending = this.pending.filter((one) => one !== factor);
    if (!wasActive || this.authenticators.some(({ status }) => status === 'active')) return;
    for (const set of this.codeSets) set.status = 'gone';
  }
}
