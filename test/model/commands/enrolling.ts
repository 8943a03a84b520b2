// Opening and confirming an authenticator, by either party, with every kind of step-up and code.
import { presented, type Presented, type Shown } from '../step-ups.js';
import { count, unlock, verdictOf } from '../budgets.js';
import { codeFor, match, type CodeChoice } from '../codes.js';
import type { Recovery } from '../flows.js';
import type { Authenticator, Factor, Model, Party } from '../model.js';
import { command, isAccepted, type FactorCommand } from './command.js';
import { at, clientOf, pick, type Where } from './places.js';

const PENDING_MS = 10 * 60_000;
const MOST_AUTHENTICATORS = 5;
/** An expired row stays for this long. */
const LEFT_ALONE_MS = 60_000;

export interface Opening {
  readonly by: Party;
  readonly shown: Shown;
  /** The factor to replace, as an index into all factors of the run. */
  readonly replaces: number | null;
}

export function open(wish: Opening): FactorCommand {
  return command('open', wish, (model) => {
    const sent = presented(model, { ...wish, action: 'factors.add' });
    if (sent === null) return null;
    const replaces = pick(model.factors, wish.replaces);
    const granted = { by: null, ticketOf: null, ...(model.isEnrolled ? sent.authority : null) };
    const body = replaces === null ? {} : { replaces: replaces.id };
    return {
      client: clientOf(wish.by),
      wish: { path: `/v1/users/${model.userId}/factors/totp`, body, headers: sent.header },
      status: openingStatus(model, sent, replaces),
      uses: [model.isEnrolled ? sent.uses : null],
      settle: (answer) => {
        if (!isAccepted(answer)) return;
        const { id, secret } = answer.json() as { id: string; secret: string };
        if (granted.ticketOf) useTicket(model, granted.ticketOf);
        addPending(model, { id, secret, holder: wish.by, ...granted, replaces });
      },
    };
  });
}

function openingStatus(
  { isEnrolled, authenticators }: Model,
  { authority }: Presented,
  replaces: Factor | null,
): number {
  if (isEnrolled && authority === null) return 403;
  // A set of recovery codes is replaced by another route.
  if (replaces !== null && (replaces.status !== 'active' || replaces.type !== 'totp')) return 404;
  const staying = authenticators.filter((one) => one.status === 'active' && one !== replaces);
  return staying.length < MOST_AUTHENTICATORS ? 201 : 409;
}

/** It lifts the locks, and the factor must be confirmed in time. The confirmation clears the count, not the ticket. */
function useTicket(model: Model, recovery: Recovery): void {
  recovery.stage = 'enrolling';
  recovery.endsAtMs = model.nowMs + PENDING_MS;
  for (const budget of Object.values(model.budgets)) unlock(budget);
}

type Opened = Pick<Authenticator, 'id' | 'secret' | 'holder' | 'by' | 'ticketOf' | 'replaces'>;

/** The newest five stay. Other rows, and rows that expired over a minute ago, are deleted. */
function addPending(model: Model, opened: Opened): void {
  const endsAtMs = model.nowMs + PENDING_MS;
  const added: Authenticator = { ...opened, type: 'totp', endsAtMs, status: 'pending', claimed: -1, usedCode: null };
  model.pending = [...model.pending.slice(-4), added];
  model.factors.push(added);
  for (const one of model.authenticators) {
    const isDropped = !model.pending.includes(one) || one.endsAtMs <= model.nowMs - LEFT_ALONE_MS;
    if (one.status === 'pending' && isDropped) one.status = 'gone';
  }
}

export interface Confirming {
  readonly by: Party;
  /** The authenticator, as an index into all authenticators of the run. */
  readonly factor: number;
  readonly choice: CodeChoice;
  readonly where: Where;
}

export function confirm(wish: Confirming): FactorCommand {
  return command('confirm', wish, (model) => {
    const factor = pick(model.authenticators, wish.factor);
    const code = factor && codeFor(model, factor, wish);
    if (factor === null || code === null) return null;
    if (isFirstOfThief(model, factor, wish)) return null;
    const { nowMs } = model;
    const matched = match(code, wish.where === 'here' && isConfirmable(factor, nowMs) ? [factor] : [], nowMs);
    const mayClaim = isStillAuthorized(model, factor);
    const rebinds = factor.ticketOf !== null;
    const verdict = verdictOf(model.budgets.oneTimeCodes, matched, { nowMs, mayClaim, rebinds });
    const { client, path } = at(model, wish);
    return {
      client,
      wish: { path: `${path}/factors/${factor.id}/confirm`, body: { code } },
      status: verdict === 'right' ? 200 : 422,
      uses: [`${factor.id} step ${matched.step}`],
      settle: () => {
        count(model.budgets.oneTimeCodes, verdict, { nowMs });
        if (verdict === 'right' && rebinds) model.budgets.oneTimeCodes.counted = [];
        if (verdict === 'right') activate(model, factor, { step: matched.step ?? 0, code });
      },
    };
  });
}

/**
 * A known remainder of the threat model: a client with a token may enrol a user who was never enrolled, and then owns
 * the account.
 */
function isFirstOfThief({ isEnrolled }: Model, { holder }: Authenticator, { by }: Confirming): boolean {
  return !isEnrolled && by === 'thief' && holder === 'thief';
}

const isConfirmable = ({ status, endsAtMs }: Authenticator, nowMs: number) => status === 'pending' && endsAtMs > nowMs;

function isStillAuthorized({ isEnrolled, pending, recovery }: Model, factor: Authenticator): boolean {
  const { by, ticketOf } = factor;
  if (!pending.includes(factor)) return false;
  return !isEnrolled || by?.status === 'active' || (ticketOf !== null && ticketOf === recovery);
}

function activate(model: Model, factor: Authenticator, { step, code }: { step: number; code: string }): void {
  const others: Factor[] = model.authenticators.filter((one) => one.status === 'pending' && one !== factor);
  if (factor.replaces !== null) others.push(factor.replaces);
  Object.assign(factor, { status: 'active', claimed: step, usedCode: code } satisfies Partial<Authenticator>);
  for (const one of others) one.status = 'gone';
  model.pending = [];
  model.recovery = null;
  model.isEnrolled = true;
}
