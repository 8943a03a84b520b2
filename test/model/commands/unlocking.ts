// What a client with `tenant:admin` can do about locks and stops: lift a lock, and, together with another client,
// restart the count.
import { unlock as lift } from '../budgets.js';
import { HOUR_MS } from '../flows.js';
import type { ClientName, Model } from '../model.js';
import { command, isAccepted, type FactorCommand } from './command.js';

const AGAIN_AFTER_MS = 30 * 24 * HOUR_MS;

/** The thief's client may do this too: it refunds no guess. An unknown user has no row. */
export function unlock(wish: { client: ClientName }): FactorCommand {
  return command('unlock', wish, (model) => ({
    client: wish.client,
    wish: { method: 'POST', path: `/v1/users/${model.userId}/unlock` },
    status: model.factors.length > 0 ? 204 : 404,
    uses: [],
    settle: (answer) => {
      if (isAccepted(answer)) Object.values(model.budgets).forEach(lift);
    },
  }));
}

export function reopenCodes(wish: { client: ClientName }): FactorCommand {
  return command('reopen codes', wish, (model) => {
    const { client } = wish;
    const { reopening, reopenedAtMs, nowMs } = model;
    const isBefore = reopenedAtMs !== null && nowMs < reopenedAtMs + AGAIN_AFTER_MS;
    const isAsked = reopening !== null && nowMs < reopening.untilMs;
    return {
      client,
      wish: { method: 'POST', path: `/v1/users/${model.userId}/reopen-codes` },
      status: statusOf(model, { isBefore, isSame: isAsked && reopening.client === client }),
      uses: [],
      settle: (answer) => {
        if (!isAccepted(answer)) return;
        if (!isAsked) model.reopening = { client, untilMs: nowMs + HOUR_MS };
        else beginAnew(model);
      },
    };
  });
}

function statusOf({ isEnrolled }: Model, { isBefore, isSame }: { isBefore: boolean; isSame: boolean }): number {
  if (!isEnrolled) return 404;
  if (isBefore) return 409;
  return isSame ? 403 : 200;
}

function beginAnew(model: Model): void {
  Object.assign(model, { reopening: null, reopenedAtMs: model.nowMs });
  lift(model.budgets.oneTimeCodes);
  model.budgets.oneTimeCodes.counted = [];
}
