// The statement that decides one attempt. The user's row holds claims, counts and locks. Its row lock orders all
// guesses, and one update claims a step or counts a wrong code. It writes the audit event too: one commit (R-02, R-03,
// R-07).
// SECURITY(T-03): lock and limit are predicates of the update. If they were read before it, parallel guesses would all
// pass. SECURITY(T-04): every verdict updates one user and inserts one event, so the time does not reveal the reason.
// SECURITY(T-15): a replay, and a try while locked, do not count. Otherwise a stranger could extend the owner's lock.
import { eventDetails, FROM_CLIENT, insertEvents, NEW_EVENT_ID } from '../../audit/audit-event.statement.js';
import type { AuditAction, RefusalReason } from '../../contract/audit-actions.js';
import { named, type NamedStatement } from '../../platform/database/named-statement.js';
import {
  ACTIVATION,
  CLAIM,
  enrolmentColumns,
  IS_AUTHORIZED,
  IS_COMPLETION,
  IS_REBINDING,
  survivesStill,
} from './activation.statement.js';
import { browserColumn, IS_KNOWN } from './browser.statement.js';
import {
  ALL_LANES,
  ALLOWED,
  ALLOWED_TO_STRANGERS,
  counted,
  countedAnew,
  isSpent,
  isUnlocked,
  lane,
  lifted,
  type Outcome,
} from './budget.statement.js';

/** A step that no factor can claim: the step of a wrong proof. */
export const NO_STEP = -1;

/** Which wrong proofs are counted together, over all routes. Different budgets neither lock nor stop each other. */
export type GuessBudget = 'one_time_codes' | 'recovery_codes';

export interface AttemptKind {
  readonly name: string;
  /** Null: a proof that cannot be guessed. No lock refuses it. It lifts the locks of codes, but not the count. */
  readonly budget: GuessBudget | null;
  /**
   * `verify` claims a step of an active factor; `recover` also starts a recovery; `enrol` activates a pending factor.
   */
  readonly effect: 'verify' | 'recover' | 'enrol';
  readonly wrong: 'wrong_code' | 'wrong_signature' | 'wrong_approval';
  /** The reason if a right proof could not be claimed, without a lock or stop. */
  readonly missed: 'replayed_code' | 'not_pending' | 'counter_went_back';
  /** WebAuthn's signature counter, which some authenticators leave at 0. Other steps strictly increase. */
  readonly counter?: 'may_stay_zero';
  /** Of a confirmation: the new factor starts a new count, if its authorization allows it (IS_REBINDING). */
  readonly rebinds?: true;
  /** Wrong proofs that a pending factor survives, if no budget counts them. Absent: any number. */
  readonly survives?: number;
  readonly approved: AuditAction;
  readonly refused: AuditAction;
  /** Further named CTEs over `attempted`, for a method's own rows. Their parameters are the match's values. */
  readonly extraCtes?: string;
}

/** A condition besides the user's row: a challenge that is still open. */
export interface Condition {
  readonly name: string;
  /** SELECT … FOR UPDATE. The condition holds if it returns a row. */
  readonly lockSql: string;
  /** The reason if it does not hold. Nothing is claimed or counted then. */
  readonly reason: RefusalReason;
  /** The change to the challenge: data-modifying, over `attempted` and `held`. */
  readonly updateSql: string;
  /** Details of the event, as jsonb. A verification has no others. */
  readonly details: string;
}

export interface Variation {
  readonly condition: Condition | null;
  /** Whether the request has a browser token. */
  readonly hasBrowser: boolean;
}

export function attemptStatement(kind: AttemptKind, variation: Variation): NamedStatement {
  const { condition, hasBrowser } = variation;
  const parts = [
    ...(condition ? [`held AS (${condition.lockSql})`] : []),
    `attempted AS (
      UPDATE users SET ${assignments(kind, variation)}
      WHERE tenant_id = :tenant::uuid AND user_id = :user
      RETURNING last_refusal, claims, recovery, recovery_ended)`,
    ...(condition ? [`settled AS (${condition.updateSql})`] : []),
    ...(kind.effect === 'enrol' ? [ACTIVATION] : []),
    ...(kind.extraCtes === undefined ? [] : [kind.extraCtes]),
  ];
  const name = [kind.name, condition?.name, hasBrowser ? 'browser' : undefined].filter(Boolean).join('_');
  return named(name, `WITH ${parts.join(', ')} ${events(kind, condition)}`);
}

/** The event of the attempt, and of a recovery that it ended. An accepted proof has no reason. */
function events(kind: AttemptKind, condition: Condition | null): string {
  const { approved, refused } = kind;
  const { target, details } = shownBy(kind, condition);
  const reason = 'coalesce(:not_enrolled::text, last_refusal)';
  // If the condition does not hold, the event names no user.
  const shown = condition
    ? `CASE WHEN last_refusal = '${condition.reason}' THEN last_refusal ELSE ${reason} END`
    : reason;
  const common = {
    tenantId: ':caller_tenant::uuid',
    ...FROM_CLIENT,
    userId: ':named_user::text',
    endUserAddress: ':end_user_address::text',
  };
  const attemptEvent = {
    ...common,
    action: { when: 'last_refusal IS NULL', then: approved, otherwise: refused },
    reason: shown,
    targetId: target,
    ...(details === null ? {} : { details }),
    from: 'FROM attempted',
  };
  const recoveryEnded = {
    ...common,
    id: NEW_EVENT_ID,
    action: {
      when: "recovery_ended ->> 'how' = 'completed'",
      then: 'recovery.completed',
      otherwise: 'recovery.vetoed',
    },
    targetId: "(recovery_ended ->> 'id')::uuid",
    from: 'FROM attempted WHERE recovery_ended IS NOT NULL',
  } as const;
  return `${insertEvents(attemptEvent, recoveryEnded)} RETURNING reason`;
}

/** The target and details of the event: enough to tell the user. */
function shownBy({ effect }: AttemptKind, condition: Condition | null): { target: string; details: string | null } {
  const target = 'CASE WHEN :not_enrolled::text IS NULL THEN :factor::uuid END';
  if (effect === 'verify') return { target, details: condition?.details ?? null };
  if (effect === 'enrol') return { target, details: `(SELECT ${eventDetails({ factorType: 'type' })} FROM activated)` };
  const begun = (value: string) => `CASE WHEN last_refusal IS NULL THEN ${value} END`;
  const values = { by: "recovery -> 'by'", opensAt: "recovery -> 'opensAt'", endsAt: "recovery -> 'endsAt'" };
  return { target: begun("(recovery ->> 'id')::uuid"), details: begun(eventDetails(values)) };
}

/** The budget of this kind of proof: when it is locked or stopped, and the columns that change. */
interface Door {
  readonly unlocked: string;
  readonly stopped: string;
  counted(outcome: Outcome): string;
}

function doorOf({ budget, rebinds }: AttemptKind, { hasBrowser }: Variation): Door {
  if (budget === null) {
    const columns = ({ isRight }: Outcome) => ALL_LANES.map((name) => lifted(name, isRight)).join(',');
    return { unlocked: 'true', stopped: 'false', counted: columns };
  }
  if (budget === 'recovery_codes') {
    const columns = (outcome: Outcome) =>
      [lane('recovery_', outcome), counted('recovery_recent_failures', outcome.isWrong)].join(',');
    return {
      unlocked: isUnlocked('recovery_'),
      stopped: isSpent('recovery_recent_failures', ALLOWED),
      counted: columns,
    };
  }
  if (rebinds) return rebindingDoor();
  return hasBrowser ? browserDoor() : strangersDoor();
}

function strangersDoor(): Door {
  const columns = (outcome: Outcome) => [lane('', outcome), counted('recent_failures', outcome.isWrong)].join(',');
  return { unlocked: isUnlocked(''), stopped: isSpent('recent_failures', ALLOWED_TO_STRANGERS), counted: columns };
}

/** SECURITY(T-15): a known browser has its own lock. SECURITY(T-45): it has a share of the count, not a count. */
function browserDoor(): Door {
  const columns = ({ isRight, isWrong }: Outcome) =>
    [
      lane('browser_', { isRight: `(${IS_KNOWN} AND ${isRight})`, isWrong: `(${IS_KNOWN} AND ${isWrong})` }),
      lane('', { isRight: `(NOT ${IS_KNOWN} AND ${isRight})`, isWrong: `(NOT ${IS_KNOWN} AND ${isWrong})` }),
      counted('recent_failures', isWrong),
    ].join(',');
  return {
    unlocked: `(CASE WHEN ${IS_KNOWN} THEN ${isUnlocked('browser_')} ELSE ${isUnlocked('')} END)`,
    stopped: isSpent('recent_failures', `CASE WHEN ${IS_KNOWN} THEN ${ALLOWED} ELSE ${ALLOWED_TO_STRANGERS} END`),
    counted: columns,
  };
}

/** The first code of a replacement is accepted although codes are stopped, and lifts the stop. */
function rebindingDoor(): Door {
  const { unlocked, stopped } = strangersDoor();
  const columns = (outcome: Outcome) => {
    const isAnew = `(${outcome.isRight} AND ${IS_REBINDING})`;
    return [lane('', outcome), countedAnew('recent_failures', outcome.isWrong, isAnew)].join(',');
  };
  return { unlocked, stopped: `(${stopped} AND NOT ${IS_REBINDING})`, counted: columns };
}

/** Every expression sees the row as it was before the update. */
function assignments(kind: AttemptKind, variation: Variation): string {
  const { condition, hasBrowser } = variation;
  const door = doorOf(kind, variation);
  const holds = condition ? '(EXISTS (SELECT FROM held))' : 'true';
  const open = `(${holds} AND NOT ${door.stopped} AND ${door.unlocked})`;
  const isRight = `(${open} AND ${claimable(kind)})`;
  const isWrong = `(${open} AND :step::bigint = ${NO_STEP})`;
  const claimed = kind.effect === 'enrol' ? CLAIM : 'jsonb_set(claims, ARRAY[:claimed::text], to_jsonb(:step::bigint))';
  return `
        last_tried_at = :now::timestamptz,
        last_refusal = CASE WHEN ${isRight} THEN NULL
                            ${condition ? `WHEN NOT ${holds} THEN '${condition.reason}'` : ''}
                            WHEN ${door.stopped} THEN 'codes_stopped'
                            WHEN NOT ${open} THEN 'locked'
                            WHEN ${isWrong} THEN '${kind.wrong}'
                            ELSE '${kind.missed}' END,
        claims = CASE WHEN ${isRight} THEN ${claimed} ELSE claims END,
        ${recoveryColumns(kind, isRight)}
        ${kind.effect === 'enrol' ? enrolmentColumns({ isRight, isWrong: kind.survives === undefined ? 'false' : isWrong }) : hasBrowser ? browserColumn(isRight) : ''}
        ${door.counted({ isRight, isWrong })}`;
}

/** Whether a factor, or one code of it, can be claimed now. */
function claimable({ effect, counter, survives }: AttemptKind): string {
  const isAlive = survives === undefined ? 'true' : survivesStill(survives);
  if (effect === 'enrol') return `(:step::bigint <> ${NO_STEP} AND ${isAlive} AND ${IS_AUTHORIZED})`;
  const claimed = '(claims ->> :claimed::text)::bigint';
  // WebAuthn L3 §7.2 step 22: a counter in use has to increase. One that stays 0 is not in use.
  if (counter === 'may_stay_zero')
    return `coalesce(:step::bigint > ${claimed} OR (:step::bigint = 0 AND ${claimed} = 0), false)`;
  // SECURITY(T-01): RFC 6238 §5.2: a code must not be accepted a second time; steps of a factor strictly increase.
  return `:step::bigint > ${claimed}`;
}

/** SECURITY(T-31): any accepted proof ends an open recovery: a user who can prove a factor needs none. */
function recoveryColumns({ effect }: AttemptKind, isRight: string): string {
  const how = effect === 'enrol' ? `CASE WHEN ${IS_COMPLETION} THEN 'completed' ELSE 'vetoed' END` : "'vetoed'";
  const isOpenStill = "(recovery ->> 'endsAt')::timestamptz > :now::timestamptz";
  const isEnded = effect === 'enrol' ? `(${isOpenStill} OR ${IS_COMPLETION})` : isOpenStill;
  return `
        recovery_ended = CASE WHEN ${isRight} AND ${isEnded} THEN jsonb_build_object('id', recovery ->> 'id', 'how', ${how}) END,
        recovery = CASE WHEN ${isRight} THEN ${effect === 'recover' ? ':recovery::jsonb' : 'NULL'} ELSE recovery END,
        recovery_mac = CASE WHEN ${isRight} THEN ${effect === 'recover' ? ':new_recovery_mac::bytea' : 'NULL'} ELSE recovery_mac END,`;
}
