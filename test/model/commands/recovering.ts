// Recovery: started by a code or by a reset that two clients confirm, then delayed, fetched as a ticket, or cancelled.
import type { Answer } from '../../support/api.js';
import { count, verdictOf } from '../budgets.js';
import { delayFrom, HOUR_MS, isOpen, type Recovery } from '../flows.js';
import type { ClientName, Model, Party } from '../model.js';
import { command, isAccepted, type FactorCommand } from './command.js';
import { at, clientOf, pick, type Where } from './places.js';
import { isUnused, matchRecoveryCode, recoveryCodeFor, use, type Recovering } from './proving.js';

export function beginByCode(wish: Omit<Recovering, 'action'>): FactorCommand {
  return command('begin a recovery by a code', wish, (model) => {
    const from = pick(model.codeSets, wish.set);
    const code = from && recoveryCodeFor(from, wish);
    if (code === null) return null;
    const { nowMs } = model;
    const client = clientOf(wish.by);
    const matched = matchRecoveryCode(model, code);
    const verdict = verdictOf(model.budgets.recoveryCodes, matched, { nowMs, mayClaim: isUnused(matched, code) });
    return {
      client,
      wish: { path: `/v1/users/${model.userId}/recovery`, body: { code } },
      status: verdict === 'right' ? 202 : 422,
      uses: [code],
      settle: (answer) => {
        count(model.budgets.recoveryCodes, verdict, { nowMs });
        if (verdict !== 'right') return;
        use(matched, code);
        begin(model, answer, { by: wish.by, client, ...delayFrom(nowMs) });
      },
    };
  });
}

/** A reset, which needs no proof. */
export function askForReset(wish: { by: Party }): FactorCommand {
  return command('ask for a reset', wish, (model) => {
    const client = clientOf(wish.by);
    const isTaken = isOpen(model, model.recovery);
    const asked = { stage: 'asked', opensAtMs: null, endsAtMs: model.nowMs + HOUR_MS } as const;
    return {
      client,
      wish: { path: `/v1/users/${model.userId}/recovery`, body: { reason: 'Lost phone' } },
      status: model.isEnrolled ? (isTaken ? 409 : 202) : 404,
      uses: [],
      settle: (answer) => {
        if (isAccepted(answer)) begin(model, answer, { by: wish.by, client, ...asked });
      },
    };
  });
}

type Begun = Omit<Recovery, 'id' | 'ticket'>;

function begin(model: Model, answer: Answer, begun: Begun): void {
  const { id } = answer.json() as { id: string };
  model.recovery = { ...begun, id, ticket: null };
  model.recoveries.push(model.recovery);
}

export interface Stepping {
  readonly by: Party;
  readonly where: Where;
  /** Counted from the newest of the run. */
  readonly recovery: number;
}

/** The owner's side approves through a second client, and approves no request of the thief. */
export function approve(wish: Stepping & { client: 'app' | 'second' }): FactorCommand {
  return command('approve a reset', wish, (model) => {
    const recovery = pick(model.recoveries.toReversed(), wish.recovery);
    if (recovery === null || (wish.by === 'owner' && recovery.by === 'thief')) return null;
    const { client: usual, path } = at(model, wish);
    const client: ClientName = usual === 'app' ? wish.client : usual;
    return {
      client,
      wish: { method: 'POST', path: `${path}/recovery/${recovery.id}/approve` },
      status: wish.where === 'here' ? approvalStatus(model, recovery, client) : 404,
      uses: [`approval of ${recovery.id}`],
      settle: (answer) => {
        if (isAccepted(answer)) Object.assign(recovery, delayFrom(model.nowMs));
      },
    };
  });
}

function approvalStatus(model: Model, recovery: Recovery, client: ClientName): number {
  if (!isOpen(model, recovery) || recovery.stage !== 'asked') return 404;
  return recovery.client === client ? 403 : 200;
}

export function fetchTicket(wish: Stepping): FactorCommand {
  return command('fetch a ticket', wish, (model) => {
    const recovery = pick(model.recoveries.toReversed(), wish.recovery);
    if (recovery === null) return null;
    const { client, path } = at(model, wish);
    return {
      client,
      wish: { method: 'POST', path: `${path}/recovery/${recovery.id}/ticket` },
      status: wish.where === 'here' && recovery.client === client ? ticketStatus(model, recovery) : 404,
      uses: [`fetching of ${recovery.id}`],
      settle: (answer) => {
        if (!isAccepted(answer)) return;
        const { ticket } = answer.json() as { ticket: string };
        Object.assign(recovery, { stage: 'ticketed', ticket, endsAtMs: model.nowMs + HOUR_MS });
      },
    };
  });
}

function ticketStatus(model: Model, recovery: Recovery): number {
  if (!isOpen(model, recovery)) return 404;
  const isDue = recovery.stage === 'delayed' && recovery.opensAtMs !== null && recovery.opensAtMs <= model.nowMs;
  return isDue ? 201 : 409;
}

/**
 * Every client with the scope to write factors may cancel a recovery, including the thief: this is safe, because it
 * changes no factor.
 */
export function callOff(wish: Stepping): FactorCommand {
  return command('call a recovery off', wish, (model) => {
    const recovery = pick(model.recoveries.toReversed(), wish.recovery);
    if (recovery === null) return null;
    const { client, path } = at(model, wish);
    return {
      client,
      wish: { method: 'DELETE', path: `${path}/recovery/${recovery.id}` },
      status: wish.where === 'here' && isOpen(model, recovery) ? 204 : 404,
      uses: [],
      settle: (answer) => {
        if (isAccepted(answer)) model.recovery = null;
      },
    };
  });
}
