// T-04, T-38, T-08. The attacker has a token with every phone scope and compares bytes. Numbers can be registered,
// unregistered, removed, pending, of another tenant, or in a blocked country; users can have a phone or not. All
// answers except yes are equal, and all leave the same rows.
import pg from 'pg';
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import type { EnrolledUser } from '../support/api.js';
import { PhoneDesk, type PhoneOwner, type Planted } from '../support/phones.js';
import { SECOND, Stage, tally } from '../support/stage.js';
import { PAIRS } from '../support/uniform.js';
import { masked, Wire, type WireRequest } from '../support/wire.js';

// After `RESET_AFTER` requests the counts are cleared, before any limit is reached.
const [WIRES, RESET_AFTER] = [4, 8];

const STATES = ['registered', 'unregistered', 'pending', 'removed', 'foreign', 'blocked', 'abroad'] as const;
type State = (typeof STATES)[number];
interface Asked extends Omit<WireRequest, 'token'> {
  /** The header `Step-Up`. */
  readonly stepUp?: string;
}
type Kinds = Readonly<Record<string, (wire: number) => Asked>>;

/** Four numbers of each state, one for each connection. Of the last two states, without codes, one is registered. */
const numberOf = (state: State, wire: number) =>
  `${state === 'blocked' || state === 'abroad' ? '+3361234' : '+1202555'}${STATES.indexOf(state)}00${wire}`;
const TABLES = 'budgets blind_lookups messages audit_events challenges users factors phones observations'.split(' ');

const bytesOf = (answer: string) => masked(answer).replace(/"id":"(bll|chl)_[0-9a-z]{26}"/, '"id":"*"');

describe('to a client that asks about numbers', () => {
  let stage: Stage;
  let desk: PhoneDesk;
  let owner: pg.Client;
  let wires: Wire[];
  let forged: string;
  let proofOfAnother: string;
  let enrolled: EnrolledUser;
  /** Open blind look-ups, by state. */
  const lookups: Partial<Record<State, string>> = {};

  beforeAll(async () => {
    stage = await Stage.open();
    desk = await PhoneDesk.of(stage, { lookups: 'on', 'daily-cap': '100000' });
    owner = new pg.Client({ connectionString: stage.service.databaseUrl });
    await owner.connect();
    wires = await Promise.all(Array.from({ length: WIRES }, () => Wire.open(stage.service.url)));
    await people();
  });
  afterAll(async () => {
    for (const wire of wires) wire.close();
    await owner.end();
    await stage.stop();
  });

  const named = (state: State): Planted[] =>
    [0, 1, 2, 3].map((wire) => ({ userId: `${state}-${wire}`, phoneNumber: numberOf(state, wire) }));

  async function people(): Promise<void> {
    const { tenantId } = await stage.service.tenant();
    await desk.plant(named('blocked'));
    await desk.plant(named('foreign'), fromTypeId('ten', tenantId) ?? '');
    enrolled = await stage.user('enrolled');
    const made: PhoneOwner[] = [];
    for (const { userId, phoneNumber } of [...named('registered'), ...named('removed')])
      made.push(await desk.owner(userId, phoneNumber));
    for (const each of made.filter(({ userId }) => userId.startsWith('removed'))) await desk.remove(each);
    const [users] = await Promise.all(
      ['pending', 'plain'].map((name) => Promise.all([0, 1, 2, 3].map((wire) => stage.user(`${name}-${wire}`)))),
    );
    proofOfAnother = await stage.proof(enrolled, 'factors.add');
    forged = proofOfAnother.replace(/.(?=.{9}$)/, (one) => (one === 'A' ? 'B' : 'A'));
    for (const [index, user] of (users ?? []).entries()) await desk.begin(user, numberOf('pending', index));
    for (const state of STATES) lookups[state] = await begun(numberOf(state, 0));
  }

  const begun = async (phoneNumber: string) =>
    ((await stage.post('/v1/blind-lookups', { phoneNumber })).json() as { id: string }).id;

  const ask = async ({ stepUp, ...request }: Asked, wire = 0) => {
    // One more header, on a line of its own after the token.
    const token = stepUp === undefined ? stage.token : `${stage.token}\r\nStep-Up: ${stepUp}`;
    return bytesOf(await (wires[wire] as Wire).send({ ...request, token }));
  };

  /** Clears the counts. Locks first, because the sending worker is running. */
  const reset = () =>
    owner.query(`BEGIN; LOCK TABLE messages, budgets IN EXCLUSIVE MODE; DELETE FROM budgets; DELETE FROM messages;
                 DELETE FROM challenges; DELETE FROM observations; UPDATE blind_lookups SET answers = 0; COMMIT`);

  const bodyOf = (state: State, wire: number) => ({ phoneNumber: numberOf(state, wire) });
  const startOf = (state: State) => (wire: number) => ({ path: '/v1/blind-lookups', body: bodyOf(state, wire) });
  const lookUpOf = (state: State) => (wire: number) => ({ path: '/v1/phone-lookups', body: bodyOf(state, wire) });
  const answerOf = (state: State) => () => ({
    path: `/v1/blind-lookups/${lookups[state] ?? ''}/answer`,
    body: { code: '000000' },
  });
  const matchOf = (userId: (wire: number) => string, state: State) => (wire: number) => ({
    path: `/v1/users/${userId(wire)}/phone-match`,
    body: bodyOf(state, wire),
  });
  const challengeOf = (userId: (wire: number) => string) => (wire: number) => ({
    path: `/v1/users/${userId(wire)}/challenges`,
    body: { type: 'phone' },
  });
  const enrolOf = (user: string, stepUp?: () => string) => () => ({
    path: `/v1/users/${user}/phones`,
    body: { phoneNumber: numberOf('unregistered', 0) },
    ...(stepUp ? { stepUp: stepUp() } : {}),
  });
  const each = (request: (state: State) => (wire: number) => Asked, states: readonly State[] = STATES): Kinds =>
    Object.fromEntries(states.map((state) => [state, request(state)]));
  const own = (state: State) => (wire: number) => `${state}-${wire}`;

  const ROUTES: Readonly<Record<string, { status: number; kinds: Kinds }>> = {
    'a blind look-up that is begun': { status: 202, kinds: each(startOf) },
    'a wrong answer to a blind look-up': { status: 422, kinds: each(answerOf) },
    'a look-up that says no': {
      status: 200,
      kinds: each(
        lookUpOf,
        STATES.slice(1).filter((state) => state !== 'blocked'),
      ),
    },
    'a match that says no': {
      status: 200,
      kinds: {
        'an unknown user': matchOf(() => 'unknown', 'registered'),
        'a user without a phone': matchOf(() => 'enrolled', 'unregistered'),
        'the wrong number': matchOf(own('registered'), 'unregistered'),
        'a pending phone': matchOf(own('pending'), 'pending'),
        'a removed phone': matchOf(own('removed'), 'removed'),
        'a number that nothing is sent to': matchOf(own('registered'), 'blocked'),
        "another tenant's user and number": matchOf(own('foreign'), 'foreign'),
      },
    },
    'a challenge': {
      status: 201,
      kinds: {
        'a phone': challengeOf(own('registered')),
        'no phone': challengeOf((wire) => `plain-${wire}`),
        'an unknown user': challengeOf((wire) => `unknown-${wire}`),
        'a pending phone': challengeOf(own('pending')),
        'a removed phone': challengeOf(own('removed')),
      },
    },
    'an enrolment without a proof': {
      status: 403,
      kinds: {
        'an unknown user': enrolOf('unknown'),
        'a user with an authenticator': enrolOf('enrolled'),
        'a forged proof': enrolOf('enrolled', () => forged),
        "another user's proof, of an unknown user": enrolOf('unknown', () => proofOfAnother),
      },
    },
  };

  /** Versions of rows, by table. */
  async function versions(): Promise<[string, string[]][]> {
    const found: [string, string[]][] = [];
    for (const table of TABLES) {
      const { rows } = await owner.query<{ at: string }>(`SELECT concat_ws(' ', ctid, xmin, cmin) AS at FROM ${table}`);
      found.push([table, rows.map(({ at }) => at)]);
    }
    return found;
  }

  /** Rows that one request created or changed. */
  async function writesOf(asked: Asked): Promise<Record<string, number>> {
    await reset();
    const before = new Set((await versions()).flatMap(([table, rows]) => rows.map((row) => `${table} ${row}`)));
    await ask(asked);
    return tally(
      (await versions()).flatMap(([table, rows]) =>
        rows.flatMap((row) => (before.has(`${table} ${row}`) ? [] : table)),
      ),
    );
  }

  it.each(Object.keys(ROUTES))('%s leaves the same number of rows for every kind', async (route) => {
    // The worker sends no message meanwhile.
    await owner.query('REVOKE UPDATE ON messages FROM countersign_service');
    const kinds = Object.entries(ROUTES[route]?.kinds ?? {});
    const writes: [string, Record<string, number>][] = [];
    for (const [kind, request] of kinds) writes.push([kind, await writesOf(request(0))]);
    await owner.query('GRANT UPDATE ON messages TO countersign_service');
    const [[, first] = ['', {}]] = writes;
    expect(first).toMatchObject({ audit_events: 1 });
    expect(writes).toEqual(kinds.map(([kind]) => [kind, first]));
  });

  /** The last of this many answers. */
  async function lastOf(times: number, request: (index: number) => Asked): Promise<string> {
    await reset();
    let last = '';
    for (let asked = 0; asked < times; asked += 1) last = await ask(request(asked));
    return last;
  }

  it('a reached limit gives the same answer for every number and user', async () => {
    const others = (userId: string) => (index: number) => matchOf(() => userId, STATES[index] as State)(1);
    const limits = [
      (['registered', 'unregistered', 'foreign', 'blocked'] as const).map(
        (state) => () => lastOf(4, () => startOf(state)(0)),
      ),
      (['registered', 'unregistered', 'foreign'] as const).map((state) => () => lastOf(51, () => lookUpOf(state)(0))),
      ['registered-0', 'enrolled', 'unknown'].map((userId) => () => lastOf(6, others(userId))),
      ['registered-0', 'enrolled', 'unknown'].map((userId) => () => lastOf(6, () => challengeOf(() => userId)(0))),
    ];
    for (const kinds of limits) {
      const answers: string[] = [];
      for (const kind of kinds) answers.push(await kind());
      expect(answers[0]).toMatch(/^HTTP\/1\.1 429 [^]*\r\nretry-after: \d+\r\n/i);
      expect(new Set(answers).size).toBe(1);
    }
  });

  it('a resent code gives the same answer with and without a phone', async () => {
    await reset();
    const ids: string[] = [];
    for (const userId of ['registered-0', 'enrolled', 'unknown', 'removed-0'])
      ids.push(((await stage.post(`/v1/users/${userId}/challenges`, { type: 'phone' })).json() as { id: string }).id);
    for (const status of [429, 202, 429]) {
      const answers = new Set<string>();
      for (const id of ids) answers.add(await ask({ method: 'POST', path: `/v1/challenges/${id}/resend` }));
      expect([...answers]).toEqual([expect.stringMatching(new RegExp(`^HTTP/1\\.1 ${status} `))]);
      if (status === 429) await stage.later(30 * SECOND);
    }
  });

  const cases = Object.entries(ROUTES).flatMap(([route, { status, kinds }]) =>
    Object.keys(kinds).map((kind) => ({ route, status, kind })),
  );
  const kindOf = (route: string, kind: string) => ROUTES[route]?.kinds[kind] as (wire: number) => Asked;
  const references = new Map<string, string>();

  it.each(cases)('$route has the same bytes for $kind, every time', async ({ route, status, kind }) => {
    await reset();
    const first = await ask(kindOf(route, kind)(0));
    if (!references.has(route)) references.set(route, first);
    const reference = references.get(route) ?? '';
    expect(reference).toContain(`HTTP/1.1 ${status} `);
    const differing: string[] = [];
    for (let index = 0; index < PAIRS; index += WIRES) {
      if (index % RESET_AFTER === 0) await reset();
      const answers = await Promise.all(wires.map((_wire, wire) => ask(kindOf(route, kind)(wire), wire)));
      differing.push(...answers.filter((answer) => answer !== reference));
    }
    expect(differing).toEqual([]);
  });
});
