// T-04. The attacker may ask whether a code is right, and reads everything in the answer but the verdict: they want to
// know who exists, who has a second factor, who is locked, and whether a code was right but late. Every refusal is the
// same bytes and leaves the same writes behind; the reason stands in the audit log alone.
import pg from 'pg';
import { tokenOf, totpAt, type EnrolledUser } from '../support/api.js';
import { MINUTE, SECOND, Stage, type Pending } from '../support/stage.js';
import { masked, Wire, type WireRequest } from '../support/wire.js';

const PAIRS = 1_000;
const WIRES = 4;
const UNKNOWN_FACTOR = 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0';
const DECOY_FACTOR = 'fac_0000000000e008000000000007';

interface Kind {
  readonly reason: string;
  readonly request: (index: number) => Omit<WireRequest, 'token'>;
  /** The user whose failures are forgotten after every fourth request, so that no lock turns the kind into another. */
  readonly forget?: string;
}

describe('uniform refusal', () => {
  let stage: Stage;
  let owner: pg.Client;
  let wires: Wire[];
  let user: EnrolledUser;
  let other: EnrolledUser;
  let foreign: EnrolledUser;
  let locked: EnrolledUser;
  let stopped: EnrolledUser;
  let removed: EnrolledUser;
  let pending: Pending;
  let late: Pending;
  let theirs: Pending;
  let reference: string;

  beforeAll(async () => {
    stage = await Stage.open();
    owner = new pg.Client({ connectionString: stage.service.databaseUrl });
    await owner.connect();
    await makeUsers();
    wires = await Promise.all(Array.from({ length: WIRES }, () => Wire.open(stage.service.url)));
    const [code = ''] = stage.wrong(user);
    reference = masked(await ask({ path: '/v1/users/user/verify', body: { code } }));
    await forget('user');
  });
  afterAll(async () => {
    for (const wire of wires) wire.close();
    await owner.end();
    await stage.stop();
  });

  async function makeUsers(): Promise<void> {
    late = await stage.open('late');
    await stage.later(10 * MINUTE);
    removed = await stage.user('removed');
    const assertion = await stage.proof(removed, 'factors.remove');
    expect((await stage.remove('removed', removed.factorId, { assertion })).status).toBe(204);
    [user, other, locked] = [await stage.user('user'), await stage.user('other'), await stage.user('locked')];
    stopped = await stage.user('stopped');
    pending = await stage.open('pending');
    const own = stage.token;
    stage.token = await tokenOf(stage.service.url, await stage.service.tenant());
    [foreign, theirs] = [await stage.user('foreign'), await stage.open('foreign-pending')];
    stage.token = own;
    await stage.verify('user', stage.right(user));
    for (const code of stage.wrong(locked, 5)) await stage.verify('locked', code);
    await owner.query("UPDATE users SET codes_stopped_at = $1 WHERE user_id = 'stopped'", [new Date(stage.nowMs)]);
  }

  const ask = (request: Omit<WireRequest, 'token'>, index = 0): Promise<string> =>
    (wires[index % WIRES] as Wire).send({ ...request, token: stage.token });

  const forget = (userId: string) =>
    owner.query(
      "UPDATE users SET consecutive_failures = 0, recent_failures = '{}', locked_until = NULL WHERE user_id = $1",
      [userId],
    );

  const verify = (userId: string, code: string) => ({ path: `/v1/users/${userId}/verify`, body: { code } });
  const confirm = (userId: string, factorId: string, code: string) => ({
    path: `/v1/users/${userId}/factors/${factorId}/confirm`,
    body: { code },
  });

  const wrongAt = (index: number) => stage.wrong(user, 4)[index % 4] ?? '';

  const VERIFICATIONS: Record<string, Kind> = {
    'a wrong code': { reason: 'wrong_code', forget: 'user', request: (index) => verify('user', wrongAt(index)) },
    'an expired code': {
      reason: 'wrong_code',
      forget: 'user',
      request: () => verify('user', totpAt(user.secret, stage.nowMs - 5 * MINUTE)),
    },
    'a code of the other length': { reason: 'wrong_code', forget: 'user', request: () => verify('user', '12345678') },
    'a used code': { reason: 'replayed_code', request: () => verify('user', stage.right(user)) },
    'a wrong code of a locked user': {
      reason: 'locked',
      request: () => verify('locked', stage.wrong(locked)[0] ?? ''),
    },
    'the right code of a locked user': { reason: 'locked', request: () => verify('locked', stage.right(locked)) },
    'the right code of a stopped user': {
      reason: 'codes_stopped',
      request: () => verify('stopped', stage.right(stopped)),
    },
    'a user whose factor was removed': {
      reason: 'not_enrolled',
      request: () => verify('removed', stage.right(removed)),
    },
    'a user with a pending factor only': {
      reason: 'not_enrolled',
      request: () => verify('pending', stage.right(pending)),
    },
    'one unknown user': { reason: 'not_enrolled', request: () => verify('stranger', '123456') },
    'ever new unknown users': { reason: 'not_enrolled', request: (index) => verify(`stranger-${index}`, '123456') },
    "another tenant's user": { reason: 'not_enrolled', request: () => verify('foreign', stage.right(foreign)) },
  };

  const CONFIRMATIONS: Record<string, Kind> = {
    'a wrong code': {
      reason: 'wrong_code',
      forget: 'pending',
      request: () => confirm('pending', pending.id, stage.wrong(pending)[0] ?? ''),
    },
    'an expired factor': { reason: 'not_enrolled', request: () => confirm('late', late.id, stage.right(late)) },
    'an active factor': {
      reason: 'not_enrolled',
      request: () => confirm('other', other.factorId, totpAt(other.secret, stage.nowMs)),
    },
    'an unknown factor': { reason: 'not_enrolled', request: () => confirm('user', UNKNOWN_FACTOR, '123456') },
    'an unknown user': { reason: 'not_enrolled', request: () => confirm('stranger', UNKNOWN_FACTOR, '123456') },
    "another tenant's factor": {
      reason: 'not_enrolled',
      request: () => confirm('foreign-pending', theirs.id, stage.right(theirs)),
    },
    "another user's factor": {
      reason: 'not_enrolled',
      request: () => confirm('user', pending.id, stage.right(pending)),
    },
    "a decoy's factor": { reason: 'not_enrolled', request: () => confirm('decoy-7', DECOY_FACTOR, '123456') },
  };

  async function eventsSince(tx: string): Promise<Record<string, number>> {
    const text = 'SELECT reason, count(*)::int AS n FROM audit_events WHERE tx > $1 GROUP BY reason';
    const { rows } = await owner.query<{ reason: string; n: number }>(text, [tx]);
    return Object.fromEntries(rows.map(({ reason, n }) => [reason, n]));
  }

  const lastTx = async () =>
    (await owner.query<{ tx: string }>('SELECT max(tx)::text AS tx FROM audit_events')).rows[0]?.tx ?? '0';

  async function expectUniform({ reason, request, forget: forgotten }: Kind): Promise<void> {
    const before = await lastTx();
    const differing: string[] = [];
    for (let index = 0; index < PAIRS; index += WIRES) {
      const asked = Array.from({ length: WIRES }, (_none, wire) => ask(request(index + wire), wire));
      for (const answer of await Promise.all(asked)) if (masked(answer) !== reference) differing.push(answer);
      if (forgotten !== undefined) await forget(forgotten);
    }
    expect(differing).toEqual([]);
    expect(await eventsSince(before)).toEqual({ [reason]: PAIRS });
  }

  /** Row versions: a row that was written to has another. */
  async function versions(table: 'users' | 'factors'): Promise<Set<string>> {
    const text = `SELECT concat_ws(' ', ctid, xmin, cmin) AS version FROM ${table}`;
    return new Set((await owner.query<{ version: string }>(text)).rows.map(({ version }) => version));
  }

  async function writesOf(request: Omit<WireRequest, 'token'>): Promise<Record<string, number>> {
    const [users, factors, tx] = [await versions('users'), await versions('factors'), await lastTx()];
    await ask(request);
    const [usersAfter, factorsAfter] = [await versions('users'), await versions('factors')];
    const events = Object.values(await eventsSince(tx)).reduce((sum, count) => sum + count, 0);
    const fresh = [...usersAfter].filter((version) => !users.has(version)).length;
    const gone = [...users].filter((version) => !usersAfter.has(version)).length;
    const touched = [...factorsAfter].filter((version) => !factors.has(version)).length;
    return { fresh, gone, touched, factors: factorsAfter.size - factors.size, events };
  }

  it('is a 422 that names no reason', () => {
    const [head = '', body = ''] = reference.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 422 Unprocessable Entity\r\n/);
    expect(JSON.parse(body)).toEqual({
      type: expect.any(String),
      title: expect.any(String),
      status: 422,
      code: 'verification_refused',
      requestId: '*',
    });
    expect(stage.nowMs % SECOND).toBe(0);
  });

  describe.each([
    ['verification', VERIFICATIONS],
    ['confirmation', CONFIRMATIONS],
  ])('of a %s', (_route, kinds) => {
    it.each(Object.keys(kinds))('has the same bytes for %s, 1,000 times', async (name) => {
      await expectUniform(kinds[name] as Kind);
    });

    it.each(Object.keys(kinds))('writes one user row and one event for %s, and nothing else', async (name) => {
      const { request, forget: forgotten } = kinds[name] as Kind;
      expect(await writesOf(request(0))).toEqual({ fresh: 1, gone: 1, touched: 0, factors: 0, events: 1 });
      if (forgotten !== undefined) await forget(forgotten);
    });
  });
});
