// Verifying one-time codes and recovery codes, and spending the resulting assertions.
import type { Answer } from '../../support/api.js';
import { wrongSecret, wrongSelector } from '../../support/recovery.js';
import { given, isLive, isStepUp, type Assertion } from '../assertions.js';
import { count, verdictOf, type Matched } from '../budgets.js';
import { codeFor, match, unusedCode, type CodeChoice } from '../codes.js';
import type { ClientName, CodeSet, Factor, Model, Party } from '../model.js';
import type { Real } from '../real.js';
import { command, type FactorCommand, type Play } from './command.js';
import { clientOf, pick } from './places.js';

export interface Verifying {
  readonly by: Party;
  /** The authenticator of the code, as an index into all authenticators of the run. */
  readonly factor: number;
  readonly choice: CodeChoice;
  readonly action: string;
}

export function verify(wish: Verifying): FactorCommand {
  return command('verify', wish, (model) => {
    const from = pick(model.authenticators, wish.factor);
    const code = from && codeFor(model, from, wish);
    if (code === null) return null;
    const active = model.authenticators.filter(({ status }) => status === 'active');
    const matched = match(code, active, model.nowMs);
    return judged(model, { ...wish, code, budget: 'oneTimeCodes' }, matched);
  });
}

export interface Recovering {
  readonly by: Party;
  /** The set of the code, as an index into all sets of the run. */
  readonly set: number;
  readonly choice: 'unused' | 'used' | 'wrong secret' | 'wrong selector';
  readonly action: string;
}

export function verifyRecoveryCode(wish: Recovering): FactorCommand {
  return command('verify a recovery code', wish, (model) => {
    const from = pick(model.codeSets, wish.set);
    const code = from && recoveryCodeFor(from, wish);
    if (code === null) return null;
    return judged(model, { ...wish, code, budget: 'recoveryCodes' }, matchRecoveryCode(model, code));
  });
}

/** Null if the party cannot have such a code: the thief has seen used ones only. */
export function recoveryCodeFor(from: CodeSet, { by, choice }: Pick<Recovering, 'by' | 'choice'>): string | null {
  if (choice === 'unused' && by === 'thief') return null;
  const found = {
    unused: from.codes.find((code) => !from.used.has(code)),
    used: from.codes.find((code) => from.used.has(code)),
    'wrong secret': wrongSecret(from.codes[0] ?? ''),
    'wrong selector': wrongSelector(from),
  };
  return found[choice] ?? null;
}

export function matchRecoveryCode({ codeSets }: Model, code: string): Matched<CodeSet> {
  const subject = codeSets.find(({ status }) => status === 'active') ?? null;
  return { subject, step: subject?.codes.includes(code) ? 0 : null };
}

interface Judged {
  readonly by: Party;
  readonly code: string;
  readonly action: string;
  readonly budget: keyof Model['budgets'];
}

function judged(model: Model, { by, code, action, budget }: Judged, matched: Matched<Factor>): Play {
  const { nowMs } = model;
  const client = clientOf(by);
  const verdict = verdictOf(model.budgets[budget], matched, { nowMs, mayClaim: isUnused(matched, code) });
  return {
    client,
    wish: { path: `/v1/users/${model.userId}/verify`, body: { code, action } },
    status: verdict === 'right' ? 200 : 422,
    uses: [keyOf(matched, code)],
    settle: (answer) => {
      count(model.budgets[budget], verdict, { ...matched, nowMs });
      if (verdict !== 'right' || matched.subject === null) return;
      use(matched, code);
      remember(model, answer, { factor: matched.subject, action, client });
    },
  };
}

/** Steps of an authenticator increase; a recovery code counts once. */
export function isUnused({ subject, step }: Matched<Factor>, code: string): boolean {
  if (subject === null || step === null) return false;
  return subject.type === 'totp' ? step > subject.claimed : !subject.used.has(code);
}

export function use({ subject, step }: Matched<Factor>, code: string): void {
  if (subject?.type === 'totp') Object.assign(subject, { claimed: step, usedCode: code });
  else subject?.used.add(code);
}

/** The key of the thing that can be used once. */
export function keyOf({ subject, step }: Matched<Factor>, code: string): string {
  return subject?.type === 'totp' ? `${subject.id} step ${step}` : code;
}

/** Keeps the assertion of a proof that was accepted. */
export function remember(
  model: Model,
  answer: Answer,
  { factor, action, client }: { factor: Factor; action: string; client: ClientName },
): void {
  const { factorId, assertion: text } = answer.json() as { factorId: string; assertion: string };
  if (factorId !== factor.id) throw new Error(`CLAIM REFUTED: ${factorId} was proven, and not ${factor.id}`);
  const audience = factor.type === 'totp' && isStepUp(action) ? 'service' : client;
  model.assertions.push(given(model, { text, of: 'user', factor, action, audience }));
  // A user who can prove their identity has lost no factor.
  model.recovery = null;
}

export interface Spending {
  readonly by: Party;
  readonly client: ClientName;
  readonly among: 'all' | 'for a client';
  /** Counted from the newest. */
  readonly assertion: number;
}

export function spend(wish: Spending): FactorCommand {
  return command('spend', wish, (model) => {
    const mayBeMeant = ({ audience }: Assertion) => wish.among === 'all' || audience !== 'service';
    const assertion = pick(model.assertions.filter(mayBeMeant).toReversed(), wish.assertion);
    if (assertion === null) return null;
    const isRight = assertion.audience === wish.client && isLive(model, assertion);
    // Only the owner can have a valid assertion.
    if (isRight && wish.by === 'thief') return null;
    return {
      client: wish.client,
      wish: { path: '/v1/assertions/spend', body: { assertion: assertion.text } },
      status: isRight ? 200 : 422,
      uses: [assertion.name],
      settle: () => undefined,
    };
  });
}

/** The thief proves a user of their own: in the same tenant, or with the same id in another tenant. */
export function proveStranger(wish: { of: 'bystander' | 'double'; action: string }): FactorCommand {
  const { of, action } = wish;
  return command(`verify the ${of}`, wish, (model) => {
    const made = model[of];
    const fresh = made ? unusedCode(made.secret, made.claimed, model.nowMs) : null;
    if (made && !fresh) return null;
    return {
      client: of === 'double' ? 'foreign' : 'stolen',
      wish: (real) => strangerWish(model, real, wish),
      status: 200,
      uses: [],
      settle: (answer) => {
        const { assertion: text } = answer.json() as { assertion: string };
        const { step } = unusedCode(model[of]?.secret ?? '', model[of]?.claimed ?? 0, model.nowMs) ?? { step: 0 };
        Object.assign(model[of] ?? {}, { claimed: step });
        model.assertions.push(given(model, { text, of, factor: null, action, audience: 'service' }));
      },
    };
  });
}

async function strangerWish(
  model: Model,
  { world, url }: Real,
  { of, action }: { of: 'bystander' | 'double'; action: string },
) {
  if (of === 'double') model.double ??= await world.enrol(url, 'foreign', model.userId);
  const { userId, secret, claimed } = model[of] ?? model.bystander;
  return { path: `/v1/users/${userId}/verify`, body: { code: unusedCode(secret, claimed, model.nowMs)?.code, action } };
}
