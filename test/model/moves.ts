// The commands of a run and their frequencies.
import fc, { type Arbitrary } from 'fast-check';
import { STEP_UP_ACTIONS } from './assertions.js';
import { answerChallenge, openChallenge } from './commands/challenging.js';
import type { FactorCommand } from './commands/command.js';
import { confirm, open } from './commands/enrolling.js';
import { WHERE } from './commands/places.js';
import { proveStranger, spend, verify, verifyRecoveryCode } from './commands/proving.js';
import { approve, askForReset, beginByCode, callOff, fetchTicket } from './commands/recovering.js';
import { regenerate, remove, wait } from './commands/removing.js';
import { reopenCodes, unlock } from './commands/unlocking.js';
import { SHOWN, type Shown } from './step-ups.js';

const by = fc.constantFrom('owner', 'owner', 'thief');
const number = fc.nat(11);
const newest = fc.constantFrom(0, 0, 0, 1, 2, 3);
const type = fc.constantFrom('totp', 'totp', 'recovery_codes');
const choice = fc.constantFrom('unused', 'unused', 'unused', 'used', 'wrong', 'over');
const recoveryChoice = fc.constantFrom('unused', 'unused', 'used', 'wrong secret', 'wrong selector');
const stepUp = fc.constantFrom(...STEP_UP_ACTIONS);
const action = fc.constantFrom(...STEP_UP_ACTIONS, 'factors.add', 'factors.remove', 'login', 'login');
const where = fc.constantFrom('here', 'here', 'here', 'here', ...WHERE);
const replaces = fc.oneof(fc.constant(null), number);
const client = fc.constantFrom('app', 'app', 'app', 'second', 'stolen', 'foreign');
/** All clients of the user's tenant. */
const admin = fc.constantFrom('app', 'second', 'stolen');
const shown = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<Shown[]>('right', 'right', 'right', 'right', 'a ticket') },
  { weight: 3, arbitrary: fc.constantFrom(...SHOWN) },
);
const among = fc.constantFrom('all', 'for a client', 'for a client');
const stepping = { by, where, recovery: newest };
// Covers steps of 30 s, the expiry of challenges, assertions and pending factors, and the delay of a recovery.
const SECONDS = [5, 25, 30, 30, 30, 30, 30, 30, 30, 60, 180, 310, 660, 90_000, 90_000];

/** A set of recovery codes costs ten slow hashes, and a try one. */
const WEIGHTED: readonly [number, Arbitrary<FactorCommand>][] = [
  [8, fc.record({ by, shown, replaces }).map(open)],
  [8, fc.record({ by, factor: number, choice, where }).map(confirm)],
  [10, fc.record({ by, factor: number, choice, action }).map(verify)],
  [6, fc.record({ by, factor: number, shown, where }).map(remove)],
  [1, fc.record({ by, shown }).map(regenerate)],
  [3, fc.record({ by, set: number, choice: recoveryChoice, action }).map(verifyRecoveryCode)],
  [4, fc.record({ by, client, among, assertion: newest }).map(spend)],
  [1, fc.record({ of: fc.constantFrom('bystander', 'double'), action: stepUp }).map(proveStranger)],
  [3, fc.record({ by, type, factor: replaces, action }).map(openChallenge)],
  [4, fc.record({ by, client, challenge: newest, factor: number, choice }).map(answerChallenge)],
  [2, fc.record({ by, set: number, choice: recoveryChoice }).map(beginByCode)],
  [2, fc.record({ by }).map(askForReset)],
  [3, fc.record({ ...stepping, client: fc.constantFrom('app', 'second', 'second') }).map(approve)],
  [4, fc.record(stepping).map(fetchTicket)],
  [1, fc.record(stepping).map(callOff)],
  [2, fc.record({ client: admin }).map(unlock)],
  [2, fc.record({ client: admin }).map(reopenCodes)],
  [9, fc.constantFrom(...SECONDS).map((seconds) => wait(seconds * 1_000))],
];

export const MOVE: Arbitrary<FactorCommand> = fc.oneof(
  ...WEIGHTED.map(([weight, arbitrary]) => ({ weight, arbitrary })),
);
