// Every assertion that was given in a run, by whoever proved something, and the one rule of what it may authorize (DESIGN
// "Who may add a factor"): made for exactly this change, of an active factor of this user, five minutes old at most, used once.
import { isOpen, type Recovery } from './flows.js';
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
type Stranger = 'of another user' | 'of another tenant' | 'for a client' | TicketShown;
type TicketShown = 'a ticket' | 'a dead ticket';

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
  'a ticket',
  'a dead ticket',
];

/** What somebody sends in the header `Step-Up`. */
export interface Presented {
  readonly header: Readonly<Record<string, string>>;
  /** What it authorizes the change by; null: it does not. */
  readonly authority: { readonly by: Factor } | { readonly ticketOf: Recovery } | null;
  /** What is used up if it is accepted. */
  readonly uses: string | null;
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

interface Wish {
  readonly shown: Shown;
  readonly by: Party;
  readonly action: StepUpAction;
}

const NOTHING = { header: {}, authority: null, uses: null } as const;

/** Null where nobody has such a text. The thief has all that are of no use; whoever has one that is right, is the owner. */
export function presented(model: Model, wish: Wish): Presented | null {
  const { shown, by, action } = wish;
  if (shown === 'none') return NOTHING;
  if (shown === 'garbage') return { ...NOTHING, header: { 'step-up': 'not.a.jws' } };
  if (shown === 'a ticket' || shown === 'a dead ticket') return presentedTicket(model, wish);
  if (shown === 'right' && by === 'thief') return null;
  const assertion = model.assertions.findLast((one) => isShown(model, one, wish));
  if (assertion === undefined) return null;
  const { factor, name, text } = assertion;
  const isRight = factor !== null && authorizes(model, assertion, action);
  return { header: { 'step-up': text }, authority: isRight ? { by: factor } : null, uses: name };
}

function presentedTicket(model: Model, { shown, by, action }: Wish): Presented | null {
  const isLiving = (recovery: Recovery) => isOpen(model, recovery) && recovery.stage === 'ticketed';
  const ticketOf = model.recoveries.findLast(
    (one) => one.ticket !== null && isLiving(one) === (shown === 'a ticket') && (by === 'owner' || !isLiving(one)),
  );
  if (ticketOf?.ticket == null) return null;
  const authority = isLiving(ticketOf) && action === 'factors.add' ? { ticketOf } : null;
  return { header: { 'step-up': ticketOf.ticket }, authority, uses: `ticket of ${ticketOf.id}` };
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
    'a ticket': false,
    'a dead ticket': false,
  };
  return tests[shown];
}
