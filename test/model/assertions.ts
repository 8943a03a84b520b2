// Every assertion that was given in a run, by whoever proved something, and the one rule of what it may authorize (DESIGN
// "Who may add a factor"): made for exactly this change, of an active factor of this user, five minutes old at most, used once.
import type { ClientName, Factor, Model, Party } from './model.js';

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

export type Shown =
  'none' | 'garbage' | 'right' | 'spent' | 'over' | 'of another action' | 'of a gone factor' | Stranger;
type Stranger = 'of another user' | 'of another tenant' | 'for a client';

export const SHOWN: readonly Shown[] = [
  'none',
  'garbage',
  'right',
  'spent',
  'over',
  'of another action',
  'of a gone factor',
  'of another user',
  'of another tenant',
  'for a client',
];

/** What somebody sends in the header `Step-Up`; `assertion` is null for a text that is none. */
export interface Presented {
  readonly header: Readonly<Record<string, string>>;
  readonly assertion: Assertion | null;
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

/** Null where nobody has such a text. The thief has every assertion but one that is right: whoever has that, is the owner. */
export function presented(model: Model, wish: { shown: Shown; by: Party; action: StepUpAction }): Presented | null {
  if (wish.shown === 'none') return { header: {}, assertion: null };
  if (wish.shown === 'garbage') return { header: { 'step-up': 'not.a.jws' }, assertion: null };
  if (wish.shown === 'right' && wish.by === 'thief') return null;
  const fits = (assertion: Assertion) => isShown(model, assertion, wish);
  const assertion = model.assertions.findLast(fits);
  return assertion ? { header: { 'step-up': assertion.text }, assertion } : null;
}

function isShown(
  model: Model,
  assertion: Assertion,
  { shown, action }: { shown: Shown; action: StepUpAction },
): boolean {
  const { of, audience, factor, name } = assertion;
  const isForThis = audience === 'service' && assertion.action === action;
  const isInTime = model.nowMs < assertion.endsAtMs;
  const tests: Readonly<Record<Shown, boolean>> = {
    none: false,
    garbage: false,
    right: authorizes(model, assertion, action),
    spent: of === 'user' && model.used.has(name) && isForThis,
    over: of === 'user' && isForThis && !isInTime,
    'of another action': audience === 'service' && isLive(model, assertion) && !isForThis,
    'of a gone factor': of === 'user' && isForThis && isInTime && factor?.status === 'gone' && !model.used.has(name),
    'of another user': of === 'bystander' && isForThis && isInTime,
    'of another tenant': of === 'double' && isForThis && isInTime,
    'for a client': of === 'user' && audience !== 'service' && isInTime,
  };
  return tests[shown];
}
