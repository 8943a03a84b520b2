// Opening and answering challenges, by the client that opened one and by another client.
import { count, verdictOf, type Matched } from '../budgets.js';
import { codeFor, match, type CodeChoice } from '../codes.js';
import { isHeld, MINUTE_MS, type Challenge } from '../flows.js';
import type { ClientName, Factor, Model, Party } from '../model.js';
import { command, type FactorCommand, type Play } from './command.js';
import { clientOf, pick } from './places.js';
import { isUnused, keyOf, matchRecoveryCode, recoveryCodeFor, remember, use } from './proving.js';

export interface Asking {
  readonly by: Party;
  readonly type: Factor['type'];
  /** The only factor that may answer, as an index into all factors of the run; null: any. */
  readonly factor: number | null;
  readonly action: string;
}

export function openChallenge(wish: Asking): FactorCommand {
  return command('open a challenge', wish, (model) => {
    const { type, action } = wish;
    const factor = pick(model.factors, wish.factor);
    const client = clientOf(wish.by);
    return {
      client,
      wish: {
        path: `/v1/users/${model.userId}/challenges`,
        body: { type, action, ...(factor === null ? {} : { factorId: factor.id }) },
      },
      status: 201,
      uses: [],
      settle: (answer) => {
        const { id } = answer.json() as { id: string };
        const endsAtMs = model.nowMs + 5 * MINUTE_MS;
        model.challenges.push({ id, client, type, factor, action, endsAtMs, answers: 0, isApproved: false });
      },
    };
  });
}

export interface Answering {
  readonly by: Party;
  readonly client: ClientName;
  /** Counted from the newest. */
  readonly challenge: number;
  /** The factor that the code belongs to, as an index into all factors of the run. */
  readonly factor: number;
  readonly choice: CodeChoice;
}

export function answerChallenge(wish: Answering): FactorCommand {
  return command('answer a challenge', wish, (model) => {
    const challenge = pick(model.challenges.toReversed(), wish.challenge);
    const from = pick(model.factors, wish.factor);
    const code = from && codeOf(model, from, wish);
    if (challenge === null || from === null || code === null) return null;
    const { client } = wish;
    const holds = challenge.client === client && challenge.type === from.type && isHeld(challenge, model.nowMs);
    return answered(model, { client, challenge, holds, code });
  });
}

interface Answered {
  readonly client: ClientName;
  readonly challenge: Challenge;
  readonly holds: boolean;
  readonly code: string;
}

function answered(model: Model, { client, challenge, holds, code }: Answered): Play {
  const { nowMs } = model;
  const budget = challenge.type === 'totp' ? 'oneTimeCodes' : 'recoveryCodes';
  const matched = holds ? matchedBy(model, challenge, code) : { subject: null, step: null };
  const verdict = verdictOf(model.budgets[budget], matched, { nowMs, mayClaim: isUnused(matched, code) });
  return {
    client,
    wish: { path: `/v1/challenges/${challenge.id}/answer`, body: { code } },
    status: verdict === 'right' ? 200 : 422,
    uses: [challenge.id, keyOf(matched, code)],
    settle: (answer) => {
      count(model.budgets[budget], verdict, { ...matched, nowMs });
      if (holds) challenge.answers += 1;
      const { subject: factor } = matched;
      if (verdict !== 'right' || factor === null) return;
      challenge.isApproved = true;
      use(matched, code);
      remember(model, answer, { factor, action: challenge.action, client });
    },
  };
}

function codeOf(model: Model, from: Factor, { by, choice }: Answering): string | null {
  if (from.type === 'totp') return codeFor(model, from, { by, choice });
  const choices = { unused: 'unused', used: 'used', wrong: 'wrong secret', over: 'wrong selector' } as const;
  return recoveryCodeFor(from, { by, choice: choices[choice] });
}

function matchedBy(model: Model, { type, factor }: Challenge, code: string): Matched<Factor> {
  const mayAnswer = (one: Factor) => one.status === 'active' && (factor === null || one === factor);
  if (type === 'totp') return match(code, model.authenticators.filter(mayAnswer), model.nowMs);
  const matched = matchRecoveryCode(model, code);
  return matched.subject !== null && mayAnswer(matched.subject) ? matched : { subject: null, step: null };
}
