// R-14, T-45. The attacker guesses the code of a user with many authenticators: each guess could match any of them. A
// wrong code counts once for each authenticator that it could have matched, so the odds of a month equal those of one
// authenticator.
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call, totpAt, type EnrolledUser } from '../support/api.js';
import { MINUTE, SECOND, Stage, tally, type Pending } from '../support/stage.js';

const uuid = ({ factorId }: EnrolledUser) => fromTypeId('fac', factorId);

describe('the authenticators of one user', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  const open = async (user: EnrolledUser, body: object) => {
    const headers = { 'step-up': await stage.proof(user, 'factors.add') };
    const path = `/v1/users/${user.userId}/factors/totp`;
    return call(stage.service.url, { path, token: stage.token, headers, body });
  };
  const add = async (user: EnrolledUser, { digits = 6 } = {}) => {
    const { id, secret } = (await open(user, { digits })).json() as Pending;
    expect((await stage.confirm(user.userId, id, totpAt(secret, stage.nowMs, { digits }))).status).toBe(200);
    await stage.later(30 * SECOND);
  };
  const wrongCodes = async (userId: string) => tally(await stage.verdicts(userId))['wrong_code'] ?? 0;

  interface Guesses {
    readonly code: string;
    readonly rounds?: number;
    /** The only authenticator that may match. */
    readonly factorId?: string;
  }

  /** `rounds` times three parallel guesses over two processes, and an unlock. */
  async function guess({ userId }: EnrolledUser, { code, rounds = 10, factorId }: Guesses): Promise<void> {
    const unlock = { method: 'POST', path: `/v1/users/${userId}/unlock`, token: stage.token };
    const tryOnce = async (instance: number) => {
      if (factorId === undefined) return stage.verify(userId, code, instance);
      const asked = await stage.post(`/v1/users/${userId}/challenges`, { type: 'totp', factorId }, instance);
      return stage.post(`/v1/challenges/${(asked.json() as { id: string }).id}/answer`, { code }, instance);
    };
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all([0, 1, 2].map(tryOnce));
      await call(stage.service.url, unlock);
    }
  }

  /** Adds this many wrong codes, a moment ago. */
  const counted = (userId: string, count: number) =>
    stage.service.sql('UPDATE users SET recent_failures = $2 WHERE user_id = $1', [
      userId,
      Array<Date>(count).fill(new Date(stage.nowMs)),
    ]);

  /** A code of this length that none of the user's authenticators shows: the chance of a match is 10⁻⁵. */
  const wrongOf = (digits: number) => '918273645546'.slice(0, digits);

  it('are five at most: a sixth is refused, a replacement is allowed', async () => {
    const user = await stage.user('five');
    await stage.later(MINUTE);
    for (let number = 2; number <= 5; number += 1) await add(user);
    const sixth = await open(user, {});
    expect([sixth.status, sixth.json()]).toMatchObject([409, { code: 'too_many_factors' }]);
    const { data } = await stage.factors('five');
    expect((await open(user, { replaces: data[4]?.id })).status).toBe(201);
  });

  it('share the odds of one: with five, twenty wrong codes count within 30 days', async () => {
    const user = await stage.user('shared');
    await stage.later(MINUTE);
    for (let number = 2; number <= 5; number += 1) await add(user);
    await guess(user, { code: wrongOf(6) });
    process.stderr.write(`30 guesses of a user with five authenticators: ${await wrongCodes('shared')} checked\n`);
    expect(await wrongCodes('shared')).toBe(20);
    expect((await stage.verify('shared', stage.right(user))).status).toBe(422);
  });

  it('count only for codes of their length and challenges that name them', async () => {
    const user = await stage.user('eight');
    await stage.later(MINUTE);
    await add(user, { digits: 8 });
    await counted('eight', 93);
    await guess(user, { code: wrongOf(8), rounds: 4 });
    expect(await wrongCodes('eight')).toBe(7);
    const named = await stage.user('named');
    await stage.later(MINUTE);
    for (let number = 2; number <= 5; number += 1) await add(named);
    await counted('named', 93);
    await guess(named, { code: wrongOf(6), rounds: 4, factorId: named.factorId });
    expect(await wrongCodes('named')).toBe(7);
  });

  // Before the limit existed, a user could have any number.
  it('stay if there are more than five: each counts, and none can be added', async () => {
    const user = await stage.user('before');
    await stage.later(MINUTE);
    for (let number = 2; number <= 10; number += 1) {
      await stage.service.sql("UPDATE factors SET type = 'device' WHERE user_id = 'before' AND id <> $1", [uuid(user)]);
      await add(user);
    }
    await stage.service.sql("UPDATE factors SET type = 'totp' WHERE user_id = 'before'");
    expect((await open(user, {})).status).toBe(409);
    await stage.later(MINUTE);
    expect((await stage.verify('before', totpAt(user.secret, stage.nowMs))).status).toBe(200);
    await guess(user, { code: wrongOf(6) });
    process.stderr.write(`30 guesses of a user with ten authenticators: ${await wrongCodes('before')} checked\n`);
    expect(await wrongCodes('before')).toBe(10);
  });
});
