// Every assertion that was issued in a run, and the one rule for using it (ADR 0012). It must be made for exactly this
// change, name an active factor of this user, be at most five minutes old, and be unused.
import type { ClientName, Factor, Model } from './model.js';

export type StepUpAction = 'factors.add' | 'factors.remove' | 'factors.regenerate';
export const STEP_UP_ACTIONS: readonly StepUpAction[] = ['factors.add', 'factors.remove', 'factors.regenerate'];

export interface Assertion {
  readonly name: string;
  readonly text: string;
  /** The user of the proof: this user, the thief's own user, or the user with the same id in the other tenant. */
  readonly of: 'user' | 'bystander' | 'double';
  /** Null for the other two. */
  readonly factor: Factor | null;
  readonly action: string;
  /** A client, or the service itself, for a change to factors. */
  readonly audience: ClientName | 'service';
  readonly endsAtMs: number;
}

/** A proof at this instant becomes an assertion that is valid for some seconds. */
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

/** Whether it is one of the user's, in time, unspent, and its factor is active. */
export function isLive(model: Model, { name, of, factor, endsAtMs }: Assertion): boolean {
  return of === 'user' && factor?.status === 'active' && model.nowMs < endsAtMs && !model.used.has(name);
}
