// Runs attempt statements, the only way to accept a proof. Every verdict writes an event.
import { Injectable } from '@nestjs/common';
import type { RefusalReason } from '../../contract/audit-actions.js';
import type { Origin } from '../../contract/caller.js';
import { Clock } from '../../platform/clock/clock.js';
import { newUuid } from '../../platform/crypto/type-id.js';
import { Database } from '../../platform/database/database.js';
import type { NamedStatement, NamedValues } from '../../platform/database/named-statement.js';
import { Problem } from '../../platform/errors/problem.js';
import { ALLOWED_WRONG, MAX_WEIGHT } from './attempt.policy.js';
import { attemptStatement, type AttemptKind, type Condition } from './attempt.statement.js';

/** The guard and factor that are checked: the user's own, or a decoy's. */
export interface Subject {
  readonly tenantId: string;
  readonly userId: string;
  readonly factorId: string;
  /** The one code that a proof uses up, if the factor has several. Otherwise the factor is claimed. */
  readonly codeId?: string;
  readonly isDecoy: boolean;
}

/** The browser of a request: the hash of its token, and of the token that a success returns. */
export interface BrowserChange {
  readonly presented: string | null;
  readonly next: string;
  /** When the new token expires, in milliseconds since 1970. */
  readonly until: number;
}

/** The caller: a client, or a device. */
export interface Asker extends Origin {
  readonly tenantId: string;
  readonly clientId: string | null;
}

export interface Attempt {
  readonly call: Asker;
  /** The user id of the request, for the audit event. Null for a challenge of another client. */
  readonly userId: string | null;
  readonly subject: Subject;
  /** The step that the proof matched, or NO_STEP. */
  readonly step: number;
  /** How many of the user's factors the proof could have matched; a wrong proof counts as often. Default: one. */
  readonly weight?: number;
  /** Parameters of the kind's own pieces and of the condition. */
  readonly values?: NamedValues;
  /** The MACs of the rows after the change, if it is accepted at this instant. */
  readonly bound?: ((at: Date) => NamedValues) | undefined;
  readonly condition?: Condition;
  readonly browser?: BrowserChange | undefined;
  /** The end user's address, as the application stated it. */
  readonly endUserAddress?: string | undefined;
}

// A decoy row keeps few failures: it must look like a new user, and must never reach the stop.
const KEPT_OF_DECOY = 8;

@Injectable()
export class Attempts {
  readonly #statements = new Map<string, NamedStatement>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Claims the matched step, or counts the failure, and writes the event. Returns only if the proof was accepted.
   * @throws Problem `verification_refused`, the same for every reason, which is in the event only;
   * `service_unavailable`, and nothing was accepted.
   */
  async accept(kind: AttemptKind, attempt: Attempt): Promise<void> {
    const statement = this.statementOf(kind, attempt);
    const now = this.clock.now();
    const own = { ...attempt.values, ...attempt.bound?.(now) };
    const values = { ...own, ...this.valuesOf(attempt, now), ...this.browserOf(attempt.browser) };
    const [row] = await this.database.runNamed<{ reason: RefusalReason | null }>(statement, values);
    // SECURITY(T-16): without a row the user's row has vanished. No verdict is a refusal.
    if (row?.reason !== null) throw new Problem('verification_refused');
  }

  private statementOf(kind: AttemptKind, { condition, browser }: Attempt): NamedStatement {
    const key = `${kind.name} ${condition?.name ?? ''} ${String(browser !== undefined)}`;
    const known = this.#statements.get(key);
    if (known) return known;
    const made = attemptStatement(kind, { condition: condition ?? null, hasBrowser: browser !== undefined });
    this.#statements.set(key, made);
    return made;
  }

  private valuesOf({ call, userId, subject, step, weight = 1, endUserAddress }: Attempt, now: Date): NamedValues {
    const { tenantId, clientId, address, requestId } = call;
    return {
      tenant: subject.tenantId,
      user: subject.userId,
      factor: subject.factorId,
      claimed: subject.codeId ?? subject.factorId,
      step,
      now: now.toISOString(),
      kept: subject.isDecoy ? KEPT_OF_DECOY : ALLOWED_WRONG,
      weight: Math.min(weight, MAX_WEIGHT),
      not_enrolled: subject.isDecoy ? 'not_enrolled' : null,
      caller_tenant: tenantId,
      event: newUuid(this.clock),
      client: clientId,
      named_user: userId,
      address,
      end_user_address: endUserAddress ?? null,
      request: requestId,
    };
  }

  private browserOf(browser: BrowserChange | undefined): NamedValues {
    if (!browser) return {};
    const { presented, next, until } = browser;
    return { browser: presented, new_browser: next, browser_until: until, now_ms: this.clock.nowMs() };
  }
}
