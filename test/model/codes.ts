// One-time codes as both parties have them, and whether the service accepts them. A code is accepted from 5 s before
// its step of 30 s until 30 s after it.
import { totpAt } from '../support/api.js';
import type { Matched } from './budgets.js';
import type { Authenticator, Model, Party } from './model.js';

const STEP_MS = 30_000;
const EARLY_MS = 5_000;

/** The code of an authenticator that a party types. */
export type CodeChoice = 'unused' | 'used' | 'wrong' | 'over';

const codeOf = (secret: string, step: number) => totpAt(secret, step * STEP_MS);

function candidates(nowMs: number): { first: number; last: number } {
  return { first: Math.floor(nowMs / STEP_MS) - 1, last: Math.floor((nowMs + EARLY_MS) / STEP_MS) };
}

/** The earliest code that would be accepted after the claimed one; null if the party must wait for the next step. */
export function unusedCode(secret: string, claimed: number, nowMs: number): { code: string; step: number } | null {
  const { first, last } = candidates(nowMs);
  const step = Math.max(first, claimed + 1);
  return step > last ? null : { code: codeOf(secret, step), step };
}

/** Null if the party cannot have such a code: each party has seen only used codes of the other's authenticator. */
export function codeFor(model: Model, from: Authenticator, wish: { by: Party; choice: CodeChoice }): string | null {
  switch (wish.choice) {
    case 'wrong':
      return wrongCode(model);
    case 'used':
      return from.usedCode;
    case 'over':
      return codeOf(from.secret, candidates(model.nowMs).first - 1);
    case 'unused':
      if (wish.by !== from.holder) return null;
      return unusedCode(from.secret, from.claimed, model.nowMs)?.code ?? null;
  }
}

/** The authenticator that a code belongs to; of two right steps the later counts. Without a match there is no subject. */
export function match(code: string, among: readonly Authenticator[], nowMs: number): Matched<Authenticator> {
  const found = among.map((subject) => ({ subject, step: stepOf(code, subject.secret, nowMs) }));
  const chosen = found.find(({ step }) => step !== null) ?? found[0] ?? { subject: null, step: null };
  return { ...chosen, weight: Math.max(1, among.length) };
}

function stepOf(code: string, secret: string, nowMs: number): number | null {
  const { first, last } = candidates(nowMs);
  for (let step = last; step >= first; step -= 1) if (codeOf(secret, step) === code) return step;
  return null;
}

function wrongCode({ authenticators, nowMs }: Model): string {
  for (let guess = 0; ; guess += 1) {
    const code = String(guess).padStart(6, '0');
    if (authenticators.every(({ secret }) => stepOf(code, secret, nowMs) === null)) return code;
  }
}
