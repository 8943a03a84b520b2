// T-38. The attacker has a stolen client credential with every phone scope, all clients of a tenant, unlimited time,
// and a list of every number. Through the endpoint of 2024 such a list became a list of 33 million users. Here they get
// a hundred answers a day.
import { Agent } from 'node:http';
import { call, tokenOf, type Answer } from '../support/api.js';
import { numberAt, PhoneDesk, type PhoneOwner } from '../support/phones.js';
import { DAY, MINUTE, Stage, statuses } from '../support/stage.js';

const HOUR = 60 * MINUTE;
const MINE = '+12015550100';
const SCOPES = 'phones:match phones:lookup';
const agent = new Agent({ keepAlive: true });

interface Asking {
  readonly token?: string;
  readonly instance?: number;
}

describe('look-ups', () => {
  let stage: Stage;
  let desk: PhoneDesk;
  let owner: PhoneOwner;

  beforeAll(async () => {
    stage = await Stage.open(4);
    desk = await PhoneDesk.of(stage, { lookups: 'on' });
    owner = await desk.owner('ada', MINE);
    // The detector is off, as for an attacker whose list is known: the limits are the only bound. list-trying.spec.ts
    // tests the detector.
    await stage.service.sql("ALTER TABLE observations ALTER judged_at SET DEFAULT 'epoch'");
  });
  afterAll(async () => {
    agent.destroy();
    await stage.stop();
  });
  // No earlier request counts any more.
  beforeEach(() => stage.later(2 * DAY));

  const send = (path: string, body: unknown, { token = stage.token, instance = 0 }: Asking = {}): Promise<Answer> =>
    call(stage.urls[instance % stage.urls.length] ?? '', { path, token, body, agent });
  const lookUp = (phoneNumber: unknown, asking?: Asking) => send('/v1/phone-lookups', { phoneNumber }, asking);
  const match = (userId: string, phoneNumber: unknown, asking?: Asking) =>
    send(`/v1/users/${userId}/phone-match`, { phoneNumber }, asking);
  const times = <Result>(count: number, ask: (index: number) => Promise<Result>) =>
    Promise.all(Array.from({ length: count }, (_none, index) => ask(index)));
  const newClient = async (scopes = SCOPES) =>
    tokenOf(stage.service.url, await stage.service.client(stage.client.tenantId, scopes));

  /**
   * Exactly `most` of a thousand parallel requests were answered, the others refused. A slow machine refuses some
   * because it could not count them; the test asks again for those.
   */
  async function expectWorth(most: number, burst: readonly Answer[], ask: (index: number) => Promise<Answer>) {
    const { 200: answered = 0, 429: refused = 0, 503: uncounted = 0 } = statuses(burst);
    expect(answered + refused + uncounted).toBe(1_000);
    const after: Answer[] = [];
    for (let index = 0; index < most; index += 10) after.push(...(await times(10, (each) => ask(index + each))));
    const inAll = answered + (statuses(after)[200] ?? 0);
    expect(inAll).toBeLessThanOrEqual(most);
    // A request that was counted but could not be answered is lost.
    expect(inAll + uncounted).toBeGreaterThanOrEqual(most);
    expect(after.at(-1)?.status).toBe(429);
  }

  it('of a thousand in parallel over four instances get fifty answers', async () => {
    const answers = await times(1_000, (index) => lookUp(numberAt(index), { instance: index }));
    await expectWorth(50, answers, (index) => lookUp(numberAt(2_000 + index), { instance: index }));
    for (const { status, headers, json } of answers.filter(({ status }) => status === 429)) {
      expect(json()).toMatchObject({ status, code: 'too_many_requests' });
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual((25 * HOUR) / 24 / 1_000);
    }
  });

  it.each([
    [HOUR, 72],
    [17 * MINUTE, 60],
    [12 * HOUR + 1, 8],
  ])('get at most a hundred answers in any day and fifty in any hour, asked every %d ms', async (stepMs, steps) => {
    const answered: number[] = [];
    for (let asked = 0; asked < steps; asked += 1) {
      const answers = await times(51, (index) => lookUp(numberAt(index), { instance: index }));
      const { 200: right = 0, 429: refused = 0 } = statuses(answers);
      expect(right + refused).toBe(51);
      for (let count = 0; count < right; count += 1) answered.push(stage.nowMs);
      await stage.later(stepMs);
    }
    const most = (windowMs: number) =>
      Math.max(...answered.map((from) => answered.filter((at) => at >= from && at < from + windowMs).length));
    expect([most(HOUR), most(DAY)]).toEqual([50, 100]);
  });

  it('of twenty clients of a tenant get three hundred answers, then all are refused', async () => {
    const tokens = await times(20, () => newClient());
    const answers = await times(1_000, (index) =>
      lookUp(numberAt(index), { token: tokens[index % 20] ?? '', instance: index }),
    );
    await expectWorth(300, answers, (index) => lookUp(numberAt(2_000 + index), { token: tokens[index % 20] ?? '' }));
    expect((await lookUp(MINE, { token: await newClient() })).status).toBe(429);
    expect((await match('ada', MINE)).status).toBe(429);
  });

  it('cost the same for the answers yes and no', async () => {
    const [sayYes, sayNo] = [await newClient(), await newClient()];
    const yes = await times(51, (index) => lookUp(MINE, { token: sayYes, instance: index }));
    const no = await times(51, (index) => lookUp(numberAt(5_000 + index), { token: sayNo, instance: index }));
    for (const answers of [yes, no]) expect(statuses(answers)).toEqual({ 200: 50, 429: 1 });
    const verdicts = (answers: Answer[]) =>
      new Set(answers.flatMap((each) => (each.status === 200 ? [each.text] : [])));
    expect([...verdicts(yes), ...verdicts(no)]).toEqual(['{"registered":true}', '{"registered":false}']);
    const retry = [...yes, ...no].flatMap(({ headers }) => headers['retry-after'] ?? []);
    expect([retry.length, new Set(retry).size]).toEqual([2, 1]);
  });

  it('cost nothing if the number is malformed, and take one number only', async () => {
    const none = ['', '+', '12015550100', `${MINE} ext 5`, `${MINE},+12015550101`, `${MINE}\n+12015550101`];
    const shapes = [...none.map((phoneNumber) => ({ phoneNumber })), {}, { phoneNumber: null }, { phoneNumber: 1 }];
    const many = { phoneNumber: MINE, phoneNumbers: [MINE] };
    const wrong = [
      ...shapes,
      [{ phoneNumber: MINE }],
      { phoneNumber: [MINE, MINE] },
      many,
      { phoneNumber: MINE, userId: 'a' },
    ];
    for (const path of ['/v1/phone-lookups', '/v1/users/ada/phone-match', '/v1/blind-lookups'])
      for (const body of wrong) {
        const { status, text } = await send(path, body);
        expect([path, body, status]).toEqual([path, body, 400]);
        expect(text).not.toContain('5550100');
      }
    expect(statuses(await times(51, (index) => lookUp(numberAt(index))))).toEqual({ 200: 50, 429: 1 });
  });

  it('of one user and one number count once, in every spelling', async () => {
    const spellings = [
      '+12015550100',
      '+1 (201) 555-0100',
      'tel:+1-201-555-0100',
      '＋１２０１５５５０１００',
      '+1.201.555.0100',
    ];
    const answers = await times(50, (index) => match('ada', spellings[index % 5], { instance: index }));
    expect(answers.map(({ text }) => text)).toEqual(answers.map(() => '{"match":true}'));
    expect(statuses(await times(60, (index) => lookUp(numberAt(index), { instance: index })))).toEqual({
      200: 49,
      429: 11,
    });
  });

  it.each(['ada', 'unknown'])('for user %s get answers for five numbers a day', async (userId) => {
    const answers = await times(40, (index) => match(userId, numberAt(100 + (index % 20)), { instance: index }));
    const asked = new Set(answers.flatMap(({ status }, index) => (status === 200 ? [index % 20] : [])));
    expect(asked.size).toBe(5);
    const again = (token: string) =>
      times(20, (index) => match(userId, numberAt(100 + index), { token, instance: index }));
    // A second client of the tenant gets no more.
    for (const token of [stage.token, await newClient()])
      expect(statuses(await again(token))).toEqual({ 200: 5, 429: 15 });
  });

  it('for one number get answers for five users a day, known or not', async () => {
    const users = Array.from({ length: 40 }, (_none, index) => (index === 7 ? 'ada' : `user-${index}`));
    const walk = (token: string) => times(40, (index) => match(users[index] ?? '', MINE, { token, instance: index }));
    for (const token of [stage.token, await newClient()])
      expect(statuses(await walk(token))).toEqual({ 200: 5, 429: 35 });
  });

  it('for pairs get no more answers than look-ups', async () => {
    const walk = () => times(75, (index) => match(`u-${index % 15}`, numberAt(index), { instance: index }));
    expect(statuses(await walk())).toEqual({ 200: 50, 429: 25 });
    expect(statuses(await walk())).toEqual({ 200: 50, 429: 25 });
    expect((await lookUp(MINE)).status).toBe(429);
  });

  it('for the same pair are free and true, before a confirmation, after it and after a removal', async () => {
    const said = async (userId: string, number: string) => (await match(userId, number)).text;
    const number = '+12025550142';
    expect([await said('ada', MINE), await said('eve', number)]).toEqual(['{"match":true}', '{"match":false}']);
    await times(60, (index) => lookUp(numberAt(index)));
    expect((await match('eve', MINE)).status).toBe(429);
    const eve = await desk.owner('eve', number);
    expect(await said('eve', number)).toBe('{"match":true}');
    await desk.remove(eve);
    expect([await said('eve', number), await said('ada', MINE)]).toEqual(['{"match":false}', '{"match":true}']);
    await stage.later(25 * HOUR);
    await times(60, (index) => lookUp(numberAt(index)));
    expect((await match('eve', number)).status).toBe(429);
  });

  it('do not find numbers of another tenant', async () => {
    const other = await stage.service.tenant();
    await desk.set({ via: 'outbox', countries: 'US', lookups: 'on' }, other.tenantId);
    const token = await tokenOf(stage.service.url, other);
    const answers = [await lookUp(MINE, { token }), await match('ada', MINE, { token }), await lookUp(MINE)];
    expect(answers.map(({ text }) => text)).toEqual(['{"registered":false}', '{"match":false}', '{"registered":true}']);
    // Budgets are separate for each tenant too.
    expect(statuses(await times(60, (index) => lookUp(numberAt(index), { token })))).toEqual({ 200: 48, 429: 12 });
    expect((await lookUp(MINE)).status).toBe(200);
  });

  it('for numbers are refused until the tenant turns them on, and cost nothing before', async () => {
    const other = await stage.service.tenant();
    const token = await tokenOf(stage.service.url, other);
    const off = await times(60, () => lookUp(MINE, { token }));
    expect(statuses(off)).toEqual({ 403: 60 });
    expect(off[0]?.json()).toMatchObject({ code: 'lookups_off' });
    await desk.set({ lookups: 'on' }, other.tenantId);
    expect(statuses(await times(60, () => lookUp(MINE, { token })))).toEqual({ 200: 50, 429: 10 });
  });

  it('need their own scope each, and spend nothing without it', async () => {
    const asks = { 'phones:match': match('ada', MINE), 'phones:lookup': lookUp(MINE) };
    for (const { status } of await Promise.all(Object.values(asks))) expect(status).toBe(200);
    const others = ['verify', 'phones:blind', 'phones:write', 'factors:read', 'tenant:admin'];
    for (const scope of others) {
      const token = await newClient(scope);
      expect([(await lookUp(MINE, { token })).status, (await match('ada', MINE, { token })).status]).toEqual([
        403, 403,
      ]);
    }
    expect((await lookUp(MINE, { token: await newClient('phones:match') })).status).toBe(403);
    expect((await match('ada', MINE, { token: await newClient('phones:lookup') })).status).toBe(403);
    expect((await lookUp(MINE, { token: 'none' })).status).toBe(401);
  });

  it('leave no number and no answer in the database', async () => {
    await Promise.all([lookUp(MINE), match('ada', MINE), lookUp(numberAt(1)), match('ada', numberAt(1))]);
    const rows = [
      ...(await stage.service.sql("SELECT *, encode(key, 'escape') FROM budgets")),
      ...(await stage.service.sql('SELECT * FROM audit_events')),
    ];
    expect(rows.length).toBeGreaterThan(20);
    for (const kept of [JSON.stringify(rows), ...stage.service.instances.map((each) => each.output())])
      for (const secret of ['2015550100', Buffer.from(MINE).toString('hex'), owner.phoneNumber])
        expect(kept).not.toContain(secret);
    const [asked] = await stage.service.sql(
      "SELECT string_agg(DISTINCT concat_ws(' ', action, reason, details, target_id), ',') AS all FROM audit_events WHERE action LIKE 'phone.%asked'",
    );
    expect(asked).toEqual({ all: 'phone.look_up_asked,phone.match_asked' });
  });
});
