// Every assertion that was given in a run, by whoever proved something, and the one rule of what it may authorize (ADR
// 0012): made for exactly this change, of an active factor of this user, five minutes old at most, used once.
import type { ClientName, Factor, Model } from './model.js';

export type StepUpAction = 'factors.add' | 'factors.remove' | 'factors.regenerate';
export const STEP_UP_ACTIONS: readonly StepUpAction[] = ['factors.add', 'factors.remove', 'factors.regenerate'];

export interface Assertion {
  readonly name: string;
  readonly text: string;
  /** Whose proof it tells of: this user's, the thief's own user's, or the user's of the same name in the other tenant. */
  readonly of: 'user' | 'bystander' | 'double';
  /** Null for the other two. */
  readonly factor: Factor | null;
  readonly action: string;
  /** A client, or the service itself, for a change to factors. */
  readonly audience: ClientName | 'service';
  readonly endsAtMs: number;
}

/** A proof at this instant becomes an assertion of so many seconds. */
export function given(model: Model, facts: Omit<Assertion, 'name' | 'endsAtMs'>): Assertion {
  const seconds = Math.floor(model.nowMs / 1_000) + (facts.audience === 'service' ? 300 : 120);
  return { ...facts, name: `assertion ${model.assertions.length}`, endsAtMs: seconds * 1_000 };
}

export const isStepUp = (action: string): action is StepUpAction => STEP_UP_ACTIONS.includes(action as StepUpAction);

/** The rule. */
export function authorizes(model: Model, assertion: Assertion | null, action: StepUpAction): boolean {
  return (
    assertion !== null && isLive(model, assertion) && assertion.audience === 'service' && assertion.action === action
  );
}

/** Whether it is one of the user's, in time, unspent, and its factor counts. */
export function isLive(model: Model, { name, of, factor, endsAtMs }: Assertion): boolean {
  return of === 'user' && factor?.status === 'active' && model.nowMs < endsAtMs && !model.used.has(name);
}
