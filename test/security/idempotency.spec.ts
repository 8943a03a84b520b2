// T-30. A network loses an answer and the client retries, or a proxy sends a request twice. The object must be created
// once. The attacker has a token of another client and guesses keys, to learn what was created with them. Or they use
// an already used key for something else.
import { call, tokenOf, type Answer } from '../support/api.js';
import { Challenges, type Asking } from '../support/challenges.js';
import { MINUTE, Stage, statuses } from '../support/stage.js';

const DAY = 24 * 60 * MINUTE;

describe('an idempotency key', () => {
  let stage: Stage;
  let challenges: Challenges;

  beforeAll(async () => {
    stage = await Stage.open(2);
    challenges = new Challenges(stage);
  });
  afterAll(() => stage.stop());

  const ask = (userId: string, key: string, asking: Asking = {}) =>
    challenges.ask(userId, { action: 'login' }, { ...asking, key });

  /** Challenges and events of a user, as a measure of the work done. */
  async function done(userId: string): Promise<number[]> {
    const text = `SELECT (SELECT count(*)::int FROM challenges WHERE user_id = $1) AS challenges,
                         (SELECT count(*)::int FROM audit_events WHERE user_id = $1) AS events`;
    const [row] = await stage.service.sql<{ challenges: number; events: number }>(text, [userId]);
    return [row?.challenges ?? -1, row?.events ?? -1];
  }

  const codeOf = (answer: Answer) => (answer.json() as { code: string }).code;

  it('executes one of 50 equal requests at one instant over two processes; the others get its answer or must wait', async () => {
    for (let round = 0; round < 4; round += 1) {
      const userId = `burst-${round}`;
      const burst = Array.from({ length: 50 }, (_none, instance) => ask(userId, `burst-${round}`, { instance }));
      const answers = await Promise.all(burst);
      const created = answers.filter(({ status }) => status === 201);
      const waiting = answers.filter(({ status }) => status !== 201);
      expect(created.length).toBeGreaterThan(0);
      expect(new Set(created.map(({ text }) => text)).size).toBe(1);
      expect([...new Set(waiting.map(codeOf))]).toEqual(waiting.length > 0 ? ['idempotency_in_flight'] : []);
      expect(statuses(waiting)).toEqual(waiting.length > 0 ? { 409: waiting.length } : {});
      expect(await done(userId)).toEqual([1, 1]);
      expect((await ask(userId, `burst-${round}`)).text).toBe(created[0]?.text);
    }
  });

  it('is refused with another body, another user or a missing field', async () => {
    const key = 'mismatch';
    expect((await ask('mine', key)).status).toBe(201);
    const others = [
      await challenges.ask('mine', { action: 'pay' }, { key }),
      await challenges.ask('mine', {}, { key }),
      await challenges.ask('mine', { action: 'login', endUser: { ip: '192.0.2.7' } }, { key }),
      await challenges.ask('other', { action: 'login' }, { key }),
    ];
    expect(others.map((answer) => [answer.status, codeOf(answer)])).toEqual(
      others.map(() => [422, 'idempotency_mismatch']),
    );
    expect(await done('mine')).toEqual([1, 1]);
    expect(await done('other')).toEqual([0, 0]);
  });

  it('is equal with and without quotation marks, and for any order of the fields', async () => {
    const first = await ask('quoted', 'q-1');
    const raw = '{"action":"login",  "type":"totp"}';
    const path = '/v1/users/quoted/challenges';
    const headers = { 'idempotency-key': '"q-1"', 'content-type': 'application/json' };
    expect((await call(stage.service.url, { path, token: stage.token, raw, headers })).text).toBe(first.text);
  });

  it('is independent for each client and tenant', async () => {
    const first = await ask('scoped', 'scope-1');
    const sibling = await stage.service.client(stage.client.tenantId, 'verify');
    const foreign = await stage.service.tenant('verify');
    for (const client of [sibling, foreign]) {
      const answer = await ask('scoped', 'scope-1', { token: await tokenOf(stage.service.url, client) });
      expect(answer.status).toBe(201);
      expect(answer.text).not.toBe(first.text);
    }
    expect(await done('scoped')).toEqual([3, 3]);
  });

  it('expires after exactly one day', async () => {
    const first = await ask('day', 'day-1');
    await stage.later(DAY - 1);
    expect((await ask('day', 'day-1')).text).toBe(first.text);
    await stage.later(1);
    const again = await ask('day', 'day-1');
    expect(again.status).toBe(201);
    expect(again.text).not.toBe(first.text);
    await stage.later(DAY);
    for (let used = 0; used < 10; used += 1) await ask('sweeper', `sweep-${used}`);
    // Only of this tenant: each tenant's requests sweep its own keys.
    const text = `SELECT count(*)::int AS n FROM idempotency_keys JOIN challenges USING (tenant_id)
                  WHERE challenges.user_id = 'sweeper' AND idempotency_keys.expires_at <= $1`;
    expect(await stage.service.sql(text, [new Date(stage.nowMs)])).toEqual([{ n: 0 }]);
  });

  it('stays free if the request failed', async () => {
    await stage.service.sql('ALTER TABLE challenges RENAME TO gone');
    expect((await ask('failed', 'failed-1')).status).toBeGreaterThanOrEqual(500);
    await stage.service.sql('ALTER TABLE gone RENAME TO challenges');
    expect(await done('failed')).toEqual([0, 0]);
    expect((await ask('failed', 'failed-1')).status).toBe(201);
    expect(await done('failed')).toEqual([1, 1]);
  });

  it('and its request are stored unreadable', async () => {
    await challenges.ask('kept', { nonce: 'n-readable-0123456789' }, { key: 'readable-key' });
    const [row] = await stage.service.sql<{ text: string }>(
      "SELECT string_agg(encode(key_hash, 'escape') || encode(fingerprint, 'escape') || answer, '') AS text FROM idempotency_keys",
    );
    expect(row?.text).toMatch(/"status":"pending"/);
    expect(row?.text).not.toMatch(/readable|kept/);
  });

  it.each([
    ['an empty one', ''],
    ['a list', '"a", "b"'],
    ['a parameter', '"a";x=1'],
    ['129 characters', 'k'.repeat(129)],
    ['other characters', 'a b'],
  ])('is refused if malformed: %s', async (_name, key) => {
    const answer = await ask('malformed', key);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'malformed_request']);
    expect(await done('malformed')).toEqual([0, 0]);
  });

  it('is refused on routes whose answer holds a verdict or a secret', async () => {
    const headers = { 'idempotency-key': 'elsewhere' };
    const { id } = await challenges.open('elsewhere');
    const paths = ['/v1/users/elsewhere/verify', '/v1/users/elsewhere/factors/totp', `/v1/challenges/${id}/answer`];
    for (const path of paths) {
      const answer = await call(stage.service.url, { path, token: stage.token, body: { code: '123456' }, headers });
      expect([answer.status, codeOf(answer)]).toEqual([400, 'malformed_request']);
    }
  });
});
