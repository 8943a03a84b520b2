// T-38. The attacker sends requests right after asking about a number, for about a second. If the worker had more to do
// for a registered number, those requests would be slower. The worker runs the same statements for every number and
// every user, except for the sending. It starts at a random moment.
import { MESSAGES_CHANNEL } from '../../src/phones/messages/message.statement.js';
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { tokenOf } from '../support/api.js';
import { PhoneDesk, type Planted } from '../support/phones.js';
import { opening } from '../support/provers.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { TestService } from '../support/service.js';
import { DAY, MINUTE, Stage, tally } from '../support/stage.js';

const WORKER = /^(budgets|message|phone)_(?!take)/;
const LIFE_MS = 5 * 60_000;
const NUMBERS = {
  registered: '+12015550100',
  unregistered: '+12015550101',
  pending: '+12015550102',
  removed: '+12015550103',
  'confirmed a year ago': '+12015550104',
  'of two users': '+12015550105',
  "another tenant's": '+12015550106',
  'of a country that nothing is sent to': '+33612345678',
  'of a block that is stopped': '+12125550107',
} as const;
const AREAS = '201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228'.split(' ');
const USERS = ['registered', 'plain', 'pending', 'removed', 'abroad', 'stopped', 'unknown'];

describe('the work after a request', () => {
  let service: TestService;
  let proxy: DatabaseProxy;
  let stage: Stage;
  let desk: PhoneDesk;

  beforeAll(async () => {
    service = await TestService.start(0);
    proxy = await DatabaseProxy.before(service.databaseUrl);
    await service.addInstance({ DATABASE_URL: proxy.url, MIGRATION_DATABASE_URL: service.databaseUrl });
    stage = await Stage.over(service);
    desk = await PhoneDesk.of(stage);
    await people();
  });
  afterAll(async () => {
    await stage.stop();
    await proxy.stop();
  });

  async function people(): Promise<void> {
    const planted: Planted[] = [
      { userId: 'two-1', phoneNumber: NUMBERS['of two users'] },
      { userId: 'two-2', phoneNumber: NUMBERS['of two users'] },
      { userId: 'abroad', phoneNumber: NUMBERS['of a country that nothing is sent to'] },
      { userId: 'stopped', phoneNumber: NUMBERS['of a block that is stopped'] },
      { userId: 'old', phoneNumber: NUMBERS['confirmed a year ago'] },
    ];
    await desk.plant(planted);
    await service.sql(`UPDATE phones SET confirmed_at = $1 WHERE user_id = 'old'`, [new Date(stage.nowMs - 366 * DAY)]);
    const other = await service.tenant();
    await desk.plant(
      [{ userId: 'foreign', phoneNumber: NUMBERS["another tenant's"] }],
      fromTypeId('ten', other.tenantId) ?? '',
    );
    await desk.owner('registered', NUMBERS.registered);
    await desk.remove(await desk.owner('removed', NUMBERS.removed));
    await stage.user('plain');
    await desk.begin(await stage.user('pending'), NUMBERS.pending);
    await desk.workedOff();
    // The codes to that block stay unused.
    await codeOf('stopped');
    await begunAndOver();
    const block = desk.numbers.prefixIndexOf(desk.tenantId, NUMBERS['of a block that is stopped']).toString('hex');
    await desk.spent('numbers of a block that were not', `challenge ${block}`, 18);
  }

  async function lookUp(phoneNumber: string): Promise<void> {
    expect((await stage.post('/v1/blind-lookups', { phoneNumber })).status).toBe(202);
  }

  async function codeOf(userId: string): Promise<void> {
    expect((await stage.post(`/v1/users/${userId}/challenges`, { type: 'phone' })).status).toBe(201);
  }

  async function begunAndOver(): Promise<void> {
    await desk.settled();
    await stage.later(LIFE_MS);
    await desk.workedOff();
  }

  /** Statements about codes, counts and numbers, from the request until the code expires, without the queue polls. */
  async function workOf(ask: () => Promise<void>): Promise<Record<string, number>> {
    proxy.statements.length = 0;
    await ask();
    await begunAndOver();
    return tally(proxy.statements.filter((name) => WORKER.test(name)));
  }

  /** The same statements for each kind; only one kind gets a message. */
  async function expectSameWork(
    kinds: Readonly<Record<string, () => Promise<void>>>,
    { spendings, sent }: { spendings: Record<string, number>; sent: readonly string[] },
  ): Promise<void> {
    const before = desk.sent().length;
    const works: Record<string, Record<string, number>> = {};
    for (const [kind, ask] of Object.entries(kinds)) works[kind] = await workOf(ask);
    const each = { message_counted: 1, message_ended: 1, message_forgotten: 1, ...spendings };
    expect(works).toEqual(Object.fromEntries(Object.keys(kinds).map((kind) => [kind, each])));
    const numbers = desk.sent().map(({ phoneNumber }) => phoneNumber);
    expect(numbers.slice(before)).toEqual(sent);
  }
  const each = <Kind extends string>(kinds: readonly (readonly [string, Kind])[], ask: (kind: Kind) => Promise<void>) =>
    Object.fromEntries(kinds.map(([what, kind]) => [what, () => ask(kind)]));

  it('is the same after a blind look-up, for registered and unregistered numbers', async () => {
    // Charged at the request, to the client and then to the number, and never again.
    const spendings = { budgets_spend: 2, budgets_sweep: 2, budgets_spent: 1 };
    const sent = [NUMBERS.registered, NUMBERS['of a block that is stopped']];
    await expectSameWork(each(Object.entries(NUMBERS), lookUp), { spendings, sent });
  });

  it('is the same after a challenge, for users with and without a phone', async () => {
    await expectSameWork(
      each(
        USERS.map((user) => [user, user] as const),
        codeOf,
      ),
      {
        spendings: { budgets_spend: 2, budgets_sweep: 2, budgets_spent: 2 },
        sent: [NUMBERS.registered, NUMBERS['of a block that is stopped']],
      },
    );
  });

  it('is the same after a challenge withheld because other clients asked for its user', async () => {
    const other = await service.client(stage.client.tenantId, 'verify');
    const token = await tokenOf(service.url, other);
    for (let asked = 0; asked < 5; asked += 1) await opening(stage, { userId: 'registered', type: 'phone', token });
    // Their codes are expired, and still count.
    await begunAndOver();
    await expectSameWork(
      { withheld: () => codeOf('registered'), unknown: () => codeOf('unknown') },
      { spendings: { budgets_spend: 2, budgets_sweep: 2, budgets_spent: 2 }, sent: [] },
    );
  });

  it('is repeated after a failure; a withheld code is checked again and not sent', async () => {
    const before = desk.sent().length;
    await codeOf('abroad');
    await service.sql('REVOKE INSERT ON audit_events FROM countersign_service');
    await stage.workBegun(MESSAGES_CHANNEL);
    const counted = `SELECT FROM messages WHERE prefix IS NOT NULL AND status = 'waiting'`;
    for (let tries = 0; tries < 200 && (await service.sql(counted)).length === 0; tries += 1)
      await new Promise((done) => setTimeout(done, 25));
    expect(await service.sql(counted)).toHaveLength(1);
    await service.sql('GRANT INSERT ON audit_events TO countersign_service');
    await stage.later(MINUTE);
    await begunAndOver();
    expect(desk.sent().slice(before)).toEqual([]);
    const [last] = await service.sql(
      `SELECT reason FROM audit_events WHERE action LIKE 'phone.code_%' ORDER BY tx DESC LIMIT 1`,
    );
    expect(last).toEqual({ reason: 'number_not_allowed' });
  });

  it('starts at a random moment within a second, never before the request', async () => {
    await desk.set({ 'blind-cap': '10000' });
    for (let asked = 0; asked < 200; asked += 1) {
      await lookUp(`+1${AREAS[asked % AREAS.length] ?? ''}555${String(asked).padStart(4, '0')}`);
      await codeOf(`user-${asked}`);
    }
    const rows = await service.sql<{ wait: number }>(
      `SELECT (extract(epoch from due_at - created_at) * 1000)::int AS wait FROM messages WHERE created_at = $1 AND tries = 0`,
      [new Date(stage.nowMs)],
    );
    const waits = rows.map(({ wait }) => wait);
    // One in a thousand starts in the same millisecond, and is done by now.
    expect(waits.length).toBeGreaterThan(390);
    // Of 400 drawn from 1,000, a tenth of the second holds 40. The probability of fewer than 15 or more than 70 is
    // below 1 in 10,000.
    const tenths = Object.values(tally(waits.map((wait) => String(Math.floor(wait / 100)))));
    expect(tenths).toHaveLength(10);
    expect(Math.min(...tenths)).toBeGreaterThan(14);
    expect(Math.max(...tenths)).toBeLessThan(71);
  });
});
