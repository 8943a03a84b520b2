// Runs attempt statements. It is the only way to accept a proof; every verdict leaves an event.
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

/** Whose guard and factor are judged: a user's own, or a decoy's for whoever has none. */
export interface Subject {
  readonly tenantId: string;
  readonly userId: string;
  readonly factorId: string;
  /** The one code of the factor that a proof uses up, where a factor has several; else the factor is claimed. */
  readonly codeId?: string;
  readonly isDecoy: boolean;
}

/** What a request says of the browser behind it: the hash of the token it brings, and of the one that a success brings. */
export interface BrowserChange {
  readonly presented: string | null;
  readonly next: string;
  /** When the next one ends, in milliseconds since 1970. */
  readonly until: number;
}

/** Who asks: a client, or a device, which is none. */
export interface Asker extends Origin {
  readonly tenantId: string;
  readonly clientId: string | null;
}

export interface Attempt {
  readonly call: Asker;
  /** The user id the caller named, for the audit event; null where a challenge was named and is not theirs. */
  readonly userId: string | null;
  readonly subject: Subject;
  /** What the proof matched, or NO_STEP. */
  readonly step: number;
  /** How many of the user's factors could have matched such a proof: so often it counts when it is wrong. One when absent. */
  readonly weight?: number;
  /** What the kind's own pieces and the condition's need. */
  readonly values?: NamedValues;
  /** The MACs of the rows as they will be, if it is accepted at this instant. */
  readonly bound?: ((at: Date) => NamedValues) | undefined;
  readonly condition?: Condition;
  readonly browser?: BrowserChange | undefined;
  /** The person's own address, as the application tells it. */
  readonly endUserAddress?: string | undefined;
}

// A decoy row keeps few failures: it must look like a user met for the first time, and it must never reach the stop.
const KEPT_OF_DECOY = 8;

@Injectable()
export class Attempts {
  readonly #statements = new Map<string, NamedStatement>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Claims what the proof matched, or counts the failure, and writes the event. Returns only if the proof was accepted.
   * @throws Problem `verification_refused`, always the same: the reason is in the event only; `service_unavailable`, and then nothing
   * was accepted.
   */
  async accept(kind: AttemptKind, attempt: Attempt): Promise<void> {
    const statement = this.statementOf(kind, attempt);
    const now = this.clock.now();
    const own = { ...attempt.values, ...attempt.bound?.(now) };
    const values = { ...own, ...this.valuesOf(attempt, now), ...this.browserOf(attempt.browser) };
    const [row] = await this.database.runNamed<{ reason: RefusalReason | null }>(statement, values);
    // SECURITY(T-16): no row means that the user's row has vanished; no verdict is a refusal.
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
