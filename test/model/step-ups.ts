// Every kind of text that a party can send in the header `Step-Up`, right and wrong.
import { authorizes, isLive, type Assertion, type StepUpAction } from './assertions.js';
import { isOpen, type Recovery } from './flows.js';
import type { Factor, Model, Party } from './model.js';

interface Seen {
  readonly assertion: Assertion;
  /** Made for exactly this change. */
  readonly isForThis: boolean;
  readonly isInTime: boolean;
  readonly isSpent: boolean;
  readonly isLive: boolean;
}

const isOfUser = ({ assertion }: Seen) => assertion.of === 'user';

/** Each kind, with the assertions that it means. */
const ASSERTIONS = {
  right: (seen: Seen) => seen.isLive && seen.isForThis,
  spent: (seen: Seen) => isOfUser(seen) && seen.isForThis && seen.isSpent,
  over: (seen: Seen) => isOfUser(seen) && seen.isForThis && !seen.isInTime,
  'of another action': (seen: Seen) => seen.isLive && !seen.isForThis && seen.assertion.audience === 'service',
  'of a gone factor': (seen: Seen) =>
    seen.isForThis && seen.isInTime && !seen.isSpent && seen.assertion.factor?.status === 'gone',
  'of another user': (seen: Seen) => seen.isForThis && seen.isInTime && seen.assertion.of === 'bystander',
  'of another tenant': (seen: Seen) => seen.isForThis && seen.isInTime && seen.assertion.of === 'double',
  'for a client': (seen: Seen) => isOfUser(seen) && seen.isInTime && seen.assertion.audience !== 'service',
} as const;

type AssertionShown = keyof typeof ASSERTIONS;
export type Shown = 'none' | 'garbage' | 'a ticket' | 'a dead ticket' | AssertionShown;

export const SHOWN: readonly Shown[] = [
  'none',
  'garbage',
  'a ticket',
  'a dead ticket',
  ...(Object.keys(ASSERTIONS) as AssertionShown[]),
];

export interface Presented {
  readonly header: Readonly<Record<string, string>>;
  /** The authority that it gives for the change; null: none. */
  readonly authority: { readonly by: Factor } | { readonly ticketOf: Recovery } | null;
  /** The thing that is used up if it is accepted. */
  readonly uses: string | null;
}

interface Wish<Kind = Shown> {
  readonly shown: Kind;
  readonly by: Party;
  readonly action: StepUpAction;
}

const NOTHING = { header: {}, authority: null, uses: null } as const;

/** Null if no such text exists. The thief has all useless ones; only the owner can have a right one. */
export function presented(model: Model, { shown, by, action }: Wish): Presented | null {
  switch (shown) {
    case 'none':
      return NOTHING;
    case 'garbage':
      return { ...NOTHING, header: { 'step-up': 'not.a.jws' } };
    case 'a ticket':
    case 'a dead ticket':
      return presentedTicket(model, { shown, by, action });
    default:
      return presentedAssertion(model, { shown, by, action });
  }
}

function presentedAssertion(model: Model, { shown, by, action }: Wish<AssertionShown>): Presented | null {
  if (shown === 'right' && by === 'thief') return null;
  const isMeant = ASSERTIONS[shown];
  const assertion = model.assertions.findLast((one) => isMeant(seen(model, one, action)));
  if (assertion === undefined) return null;
  const { factor, name, text } = assertion;
  const isRight = factor !== null && authorizes(model, assertion, action);
  return { header: { 'step-up': text }, authority: isRight ? { by: factor } : null, uses: name };
}

function seen(model: Model, assertion: Assertion, action: StepUpAction): Seen {
  return {
    assertion,
    isForThis: assertion.audience === 'service' && assertion.action === action,
    isInTime: model.nowMs < assertion.endsAtMs,
    isSpent: model.used.has(assertion.name),
    isLive: isLive(model, assertion),
  };
}

function presentedTicket(model: Model, { shown, by, action }: Wish): Presented | null {
  if (shown === 'a ticket' && by === 'thief') return null;
  const isLiving = (recovery: Recovery) => isOpen(model, recovery) && recovery.stage === 'ticketed';
  const isMeant = (recovery: Recovery) => isLiving(recovery) === (shown === 'a ticket');
  const ticketOf = model.recoveries.findLast((one) => one.ticket !== null && isMeant(one));
  if (!ticketOf || ticketOf.ticket === null) return null;
  const authority = isLiving(ticketOf) && action === 'factors.add' ? { ticketOf } : null;
  return { header: { 'step-up': ticketOf.ticket }, authority, uses: `ticket of ${ticketOf.id}` };
}
