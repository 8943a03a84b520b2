// Starting points of runs. They consist of normal commands, so that short runs reach states that need many steps.
import fc, { type Arbitrary } from 'fast-check';
import type { FactorCommand } from './commands/command.js';
import { answerChallenge, openChallenge } from './commands/challenging.js';
import { confirm, open } from './commands/enrolling.js';
import { proveStranger, spend, verify, verifyRecoveryCode } from './commands/proving.js';
import { approve, askForReset, beginByCode, callOff, fetchTicket } from './commands/recovering.js';
import { regenerate, remove, wait } from './commands/removing.js';
import type { Party } from './model.js';
import type { Shown } from './step-ups.js';

const owner = { by: 'owner', where: 'here' } as const;
const opens = (by: Party, shown: Shown = 'none') => open({ by, shown, replaces: null });
const confirms = (factor: number) => confirm({ ...owner, factor, choice: 'unused' });
const proves = (action: string) => verify({ ...owner, factor: 0, choice: 'unused', action });
const step = wait(30_000);
const enrolled = [opens('owner'), confirms(0)];
const codes = [...enrolled, proves('factors.regenerate'), regenerate({ by: 'owner', shown: 'right' })];
const second = [...enrolled, proves('factors.add'), opens('owner', 'right'), step];
const reset = [...enrolled, askForReset(owner), approve({ ...owner, client: 'second', recovery: 0 })];
const ticket = [wait(90_000_000), fetchTicket({ ...owner, recovery: 0 })];

/** Each kind of command accepted once, before the random commands. */
const everyWay = [
  ...codes,
  step,
  proves('login'),
  spend({ by: 'owner', client: 'app', among: 'for a client', assertion: 0 }),
  verifyRecoveryCode({ by: 'owner', set: 0, choice: 'unused', action: 'login' }),
  beginByCode({ by: 'owner', set: 0, choice: 'unused' }),
  callOff({ ...owner, recovery: 0 }),
  step,
  openChallenge({ by: 'owner', type: 'totp', factor: null, action: 'login' }),
  answerChallenge({ by: 'owner', client: 'app', challenge: 0, factor: 0, choice: 'unused' }),
  askForReset(owner),
  approve({ ...owner, client: 'second', recovery: 0 }),
  ...ticket,
  opens('owner', 'a ticket'),
  confirms(1),
  proveStranger({ of: 'bystander', action: 'factors.remove' }),
  proveStranger({ of: 'double', action: 'factors.remove' }),
  proves('factors.remove'),
  remove({ ...owner, factor: 0, shown: 'right' }),
];

export const EVERY_WAY = 'every way';

/** Weight and commands. Commands with recovery codes are slow. */
const BEGINNINGS = {
  [EVERY_WAY]: [0, everyWay],
  'never enrolled': [4, []],
  enrolled: [4, enrolled],
  'the thief opened first': [3, [opens('thief'), opens('owner'), confirms(1)]],
  'about to add': [4, [...enrolled, proves('factors.add')]],
  'about to remove': [5, [...enrolled, proves('factors.remove')]],
  'logged in': [3, [...enrolled, proves('login')]],
  'about to confirm a second': [4, second],
  'two authenticators': [4, [...second, confirms(1), step]],
  challenged: [4, [...enrolled, openChallenge({ by: 'owner', type: 'totp', factor: null, action: 'factors.add' })]],
  'reset in its delay': [4, reset],
  'with the ticket of a reset': [4, [...reset, ...ticket]],
  'enrolling by a ticket': [4, [...reset, ...ticket, opens('owner', 'a ticket')]],
  'enrolling, and vetoed': [3, [...reset, ...ticket, opens('owner', 'a ticket'), proves('login')]],
  'recovery codes': [1, codes],
  'recovery by a code': [1, [...codes, beginByCode({ by: 'owner', set: 0, choice: 'unused' })]],
} as const satisfies Readonly<Record<string, readonly [number, readonly FactorCommand[]]>>;

export type Beginning = keyof typeof BEGINNINGS;

export const BEGINNING: Arbitrary<Beginning> = fc.oneof(
  ...(Object.keys(BEGINNINGS) as Beginning[]).map((name) => ({
    weight: BEGINNINGS[name][0],
    arbitrary: fc.constant(name),
  })),
);

export const movesOf = (beginning: Beginning): readonly FactorCommand[] => BEGINNINGS[beginning][1];
