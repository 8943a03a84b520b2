// Which commands are drawn, how often, and from where a run begins.
import fc, { type Arbitrary } from 'fast-check';
import { SHOWN, STEP_UP_ACTIONS, type Shown } from './assertions.js';
import type { FactorCommand } from './commands/command.js';
import { confirm, open } from './commands/enrolling.js';
import { WHERE } from './commands/places.js';
import { proveStranger, spend, verify, verifyRecoveryCode } from './commands/proving.js';
import { regenerate, remove, wait } from './commands/removing.js';

const by = fc.constantFrom('owner', 'thief');
const client = fc.constantFrom('app', 'app', 'second');
const number = fc.nat(11);
const shown: Arbitrary<Shown> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Shown>('right') },
  { weight: 4, arbitrary: fc.constantFrom(...SHOWN) },
);
const choice = fc.constantFrom('unused', 'unused', 'unused', 'used', 'wrong', 'over');
const stepUp = fc.constantFrom(...STEP_UP_ACTIONS);
const action = fc.constantFrom(...STEP_UP_ACTIONS, 'factors.add', 'factors.remove', 'login', 'login');
const where = fc.constantFrom('here', 'here', 'here', ...WHERE);
const replaces = fc.oneof(fc.constant(null), number);
const recoveryChoice = fc.constantFrom('unused', 'unused', 'used', 'wrong secret', 'wrong selector');
const SECONDS = [5, 25, 30, 30, 30, 30, 30, 60, 180, 660, 90_000];

const weighted: readonly [number, Arbitrary<FactorCommand>][] = [
  [6, fc.record({ by, client, shown, replaces }).map(open)],
  [8, fc.record({ by, factor: number, choice, where }).map(confirm)],
  [10, fc.record({ by, client, factor: number, choice, action }).map(verify)],
  [5, fc.record({ by, factor: number, shown, where }).map(remove)],
  [1, fc.record({ by, client, shown }).map(regenerate)],
  [3, fc.record({ by, client, set: number, choice: recoveryChoice, action }).map(verifyRecoveryCode)],
  [3, fc.record({ by, client: fc.constantFrom('app', 'second', 'foreign'), assertion: number }).map(spend)],
  [1, fc.record({ of: fc.constantFrom('bystander', 'double'), action: stepUp }).map(proveStranger)],
  [10, fc.constantFrom(...SECONDS).map((seconds) => wait(seconds * 1_000))],
];

export const MOVE: Arbitrary<FactorCommand> = fc.oneof(
  ...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })),
);

const opens = (who: 'owner' | 'thief', header: Shown = 'none') =>
  open({ by: who, client: 'app', shown: header, replaces: null });
const confirms = (factor: number) => confirm({ by: 'owner', factor, choice: 'unused', where: 'here' });
const proves = (asked: string) => verify({ by: 'owner', client: 'app', factor: 0, choice: 'unused', action: asked });
const enrolled = [opens('owner'), confirms(0)];
const makesCodes = [proves('factors.regenerate'), regenerate({ by: 'owner', client: 'app', shown: 'right' })];
const step = wait(30_000);

/** Weight and commands. A set of recovery codes costs ten slow hashes: few runs begin with one. */
const BEGINNINGS: Readonly<Record<string, readonly [number, readonly FactorCommand[]]>> = {
  'never enrolled': [3, []],
  enrolled: [3, enrolled],
  'the thief opened first': [2, [opens('thief'), opens('owner'), confirms(1)]],
  'about to add': [3, [...enrolled, proves('factors.add')]],
  'about to remove': [3, [...enrolled, proves('factors.remove')]],
  'about to confirm a second': [3, [...enrolled, proves('factors.add'), opens('owner', 'right'), step]],
  'two authenticators': [3, [...enrolled, proves('factors.add'), step, opens('owner', 'right'), confirms(1), step]],
  'recovery codes': [1, [...enrolled, ...makesCodes]],
};

export const BEGINNING: Arbitrary<string> = fc.oneof(
  ...Object.entries(BEGINNINGS).map(([name, [weight]]) => ({ weight, arbitrary: fc.constant(name) })),
);

export const movesOf = (beginning: string): readonly FactorCommand[] => BEGINNINGS[beginning]?.[1] ?? [];
