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
  { weight: 5, arbitrary: fc.constant<Shown>('right') },
  { weight: 5, arbitrary: fc.constantFrom(...SHOWN) },
);
const choice = fc.constantFrom('unused', 'unused', 'unused', 'used', 'wrong', 'over');
const stepUp = fc.constantFrom(...STEP_UP_ACTIONS);
const action = fc.constantFrom(...STEP_UP_ACTIONS, 'factors.add', 'factors.add', 'factors.remove', 'login');
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
const codes = [proves('factors.regenerate'), regenerate({ by: 'owner', client: 'app', shown: 'right' })];

/** A set of recovery codes costs ten slow hashes: few runs begin with one. */
const BEGINNINGS: Readonly<Record<string, readonly FactorCommand[]>> = {
  'never enrolled': [],
  enrolled,
  'the thief opened first': [opens('thief'), opens('owner'), confirms(1)],
  'two authenticators': [...enrolled, proves('factors.add'), wait(30_000), opens('owner', 'right'), confirms(1)],
  'recovery codes': [...enrolled, ...codes],
};

export const BEGINNING: Arbitrary<string> = fc.oneof(
  { weight: 19, arbitrary: fc.constantFrom(...Object.keys(BEGINNINGS).slice(0, -1)) },
  { weight: 1, arbitrary: fc.constant('recovery codes') },
);

export const movesOf = (beginning: string): readonly FactorCommand[] => BEGINNINGS[beginning] ?? [];
