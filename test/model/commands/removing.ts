// Removing a factor, making recovery codes, and the passing of time.
import { presented, type Shown } from '../step-ups.js';
import type { CodeSet, Factor, Model, Party } from '../model.js';
import { command, isAccepted, type FactorCommand } from './command.js';
import { at, clientOf, pick, type Where } from './places.js';

export interface Removing {
  readonly by: Party;
  /** The factor, as an index into all factors of the run. */
  readonly factor: number;
  readonly shown: Shown;
  readonly where: Where;
}

export function remove(wish: Removing): FactorCommand {
  return command('remove', wish, (model) => {
    const factor = pick(model.factors, wish.factor);
    const sent = presented(model, { ...wish, action: 'factors.remove' });
    if (factor === null || sent === null) return null;
    const { client, path } = at(model, wish);
    const status = removalStatus(factor, wish.where, sent.authority !== null);
    return {
      client,
      wish: { method: 'DELETE', path: `${path}/factors/${factor.id}`, headers: sent.header },
      status,
      uses: [factor.status === 'active' ? sent.uses : null],
      settle: (answer) => {
        if (isAccepted(answer)) model.remove(factor);
      },
    };
  });
}

function removalStatus({ status }: Factor, where: Where, isAuthorized: boolean): number {
  if (status === 'gone' || where !== 'here') return 404;
  // A pending factor proves nothing, so the scope alone is enough to remove it.
  return status === 'pending' || isAuthorized ? 204 : 403;
}

export function regenerate(wish: { by: Party; shown: Shown }): FactorCommand {
  return command('regenerate', wish, (model) => {
    const sent = presented(model, { ...wish, action: 'factors.regenerate' });
    if (sent === null) return null;
    return {
      client: clientOf(wish.by),
      wish: { method: 'POST', path: `/v1/users/${model.userId}/factors/recovery-codes`, headers: sent.header },
      status: model.isEnrolled && sent.authority !== null ? 201 : 403,
      uses: [sent.uses],
      settle: (answer) => {
        if (isAccepted(answer)) addCodes(model, answer.json() as Pick<CodeSet, 'id' | 'codes'>);
      },
    };
  });
}

function addCodes(model: Model, { id, codes }: Pick<CodeSet, 'id' | 'codes'>): void {
  for (const set of model.codeSets) set.status = 'gone';
  model.factors.push({ type: 'recovery_codes', id, codes, used: new Set(), status: 'active' });
}

export function wait(milliseconds: number): FactorCommand {
  return {
    check: () => true,
    run: async (model, real) => {
      await real.world.wait(milliseconds);
      model.nowMs += milliseconds;
    },
    toString: () => `wait ${milliseconds / 1_000} s`,
  };
}
