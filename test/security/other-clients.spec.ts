// R-05, T-44, T-51. The attacker has a credential of the tenant, and phones of their own. They use up most of the
// tenant's codes, ask for a victim, and count how many codes still reach their own phones. The number must not depend
// on whether another client asked for the victim before. Each story runs twice: the other client asks for the victim,
// or for another user.
import { call, tokenOf, type EnrolledUser } from '../support/api.js';
import { forgetPhones, numberAt, PhoneDesk } from '../support/phones.js';
import { opening } from '../support/provers.js';
import type { Credentials } from '../support/service.js';
import { DAY, MINUTE, SECOND, Stage } from '../support/stage.js';

const [VICTIM, BYSTANDER] = ['person-0', 'person-1'] as const;
/** The attacker's numbers, in a block of their own. */
const OWN = [0, 1, 2].map((index) => numberAt(10_000 + index));

interface World {
  /** The user and the number that the other client asks about. */
  readonly userId: string;
  readonly phoneNumber: string;
  readonly address: string;
  /** A number in the block that it asks about. */
  readonly blockFrom: number;
}

const WORLDS: readonly World[] = [
  { userId: VICTIM, phoneNumber: numberAt(2), address: '203.0.113.7', blockFrom: 10_100 },
  { userId: BYSTANDER, phoneNumber: numberAt(3), address: '203.0.113.8', blockFrom: 20_100 },
];

describe('a client that counts the codes which reach its own phones', () => {
  let stage: Stage;
  let desk: PhoneDesk;
  let other: Credentials;

  beforeAll(async () => {
    stage = await Stage.open(2);
    other = await stage.service.client(stage.client.tenantId, 'verify phones:write phones:blind');
  });
  afterAll(() => stage.stop());

  /** Two days later, with three phones of the attacker, a victim and a bystander, and no earlier requests. */
  async function anew(dailyCap: number): Promise<void> {
    await forgetPhones(stage);
    await stage.service.sql('DELETE FROM alerts');
    await stage.later(2 * DAY);
    desk = await PhoneDesk.of(stage, { 'daily-cap': String(dailyCap) });
    const people = [numberAt(0), numberAt(1)].map((phoneNumber, index) => ({ userId: `person-${index}`, phoneNumber }));
    await desk.plant([...people, ...OWN.map((phoneNumber, index) => ({ userId: `own-${index}`, phoneNumber }))]);
  }

  const tokenOfOther = () => tokenOf(stage.service.url, other);
  async function askByOther(userId: string, times: number): Promise<void> {
    const token = await tokenOfOther();
    for (let asked = 0; asked < times; asked += 1) await opening(stage, { userId, type: 'phone', token });
  }

  async function enrolByOther(user: EnrolledUser, phoneNumber: string): Promise<void> {
    const token = await tokenOfOther();
    const post = (path: string, body: object, headers = {}) => call(stage.service.url, { path, token, body, headers });
    const proof = { code: stage.right(user), action: 'factors.add' };
    const { assertion } = (await post(`/v1/users/${user.userId}/verify`, proof)).json() as { assertion: string };
    const begun = await post(`/v1/users/${user.userId}/phones`, { phoneNumber }, { 'step-up': assertion });
    expect(begun.status).toBe(202);
    await stage.later(30 * SECOND);
  }

  const codesTo = (numbers: readonly string[]) =>
    new Set(
      desk
        .sent()
        .filter(({ phoneNumber }) => numbers.includes(phoneNumber))
        .map(({ id }) => id),
    ).size;

  /** The attacker's view after asking for codes to their own phones. */
  async function seen() {
    for (const index of OWN.keys()) await opening(stage, { userId: `own-${index}`, type: 'phone' });
    await desk.settled();
    const alerts = await stage.service.sql("SELECT FROM alerts WHERE kind = 'code_cap_reached'");
    return { arrived: codesTo(OWN), isCapTold: alerts.length === 1 };
  }

  /** Runs the story for both users of the other client; both views must be equal. Returns the view. */
  async function same(dailyCap: number, story: (world: World) => Promise<unknown>): Promise<unknown> {
    const views: unknown[] = [];
    for (const world of WORLDS) {
      await anew(dailyCap);
      await story(world);
      views.push(await seen());
    }
    expect(views[0]).toEqual(views[1]);
    return views[1];
  }

  const oneOfThree = { arrived: 1, isCapTold: true };

  it('learns nothing about a victim asked for by another client: its own request is withheld at equal cost', async () => {
    // Seven an hour.
    const view = await same(28, async ({ userId }) => {
      await askByOther(userId, 5);
      await opening(stage, { userId: VICTIM, type: 'phone' });
    });
    expect(view).toEqual(oneOfThree);
  });

  it('learns nothing when it asks for the withheld code again', async () => {
    const view = await same(32, async ({ userId }) => {
      await askByOther(userId, 5);
      const { id } = await opening(stage, { userId: VICTIM, type: 'phone' });
      await stage.later(31 * SECOND);
      const path = `/v1/challenges/${id}/resend`;
      expect((await call(stage.service.url, { method: 'POST', path, token: stage.token })).status).toBe(202);
    });
    expect(view).toEqual(oneOfThree);
  });

  it('learns nothing about a victim whose twenty daily codes another client used up; no more are sent', async () => {
    const toVictim: number[] = [];
    const view = await same(88, async ({ userId }) => {
      for (let round = 0; round < 4; round += 1) {
        await askByOther(userId, 5);
        for (let sent = 0; sent < 5; sent += 1) {
          await desk.settled();
          await stage.later(31 * SECOND);
        }
        await stage.later(8 * MINUTE);
      }
      await opening(stage, { userId: VICTIM, type: 'phone' });
      await desk.settled();
      toVictim.push(codesTo([numberAt(0)]));
    });
    expect([view, toVictim]).toEqual([oneOfThree, [20, 1]]);
  });

  it('learns nothing about a number that other users enrolled with another client', async () => {
    const view = await same(12, async ({ phoneNumber }) => {
      await enrolByOther(await stage.user('another'), phoneNumber);
      const number = desk.numbers.indexOf(desk.tenantId, phoneNumber).toString('hex');
      await desk.spent('enrolments of a number', number, 15);
      await desk.begin(await stage.user('own'), numberAt(2));
    });
    expect(view).toEqual(oneOfThree);
  });

  it('learns nothing about an address from which users of another client asked', async () => {
    const arrived: number[] = [];
    const view = await same(2_000, async ({ address }) => {
      const token = await tokenOfOther();
      const body = { type: 'phone', endUser: { ip: address } };
      for (let index = 0; index < 60; index += 1)
        await call(stage.service.url, { path: `/v1/users/unknown-${index}/challenges`, token, body });
      await stage.post('/v1/users/own-0/challenges', { ...body, endUser: { ip: '203.0.113.7' } });
      await desk.settled();
      arrived.push(codesTo(OWN));
    });
    expect([view, arrived]).toEqual([{ arrived: 3, isCapTold: false }, [1, 1]]);
  });

  const lookUp = (phoneNumber: string, { token = stage.token, ip }: { token?: string; ip?: string } = {}) =>
    call(stage.service.url, {
      path: '/v1/blind-lookups',
      token,
      body: { phoneNumber, ...(ip === undefined ? {} : { endUser: { ip } }) },
    });

  it('learns nothing at the sign-in page about a number that another client asked about; no more codes are sent', async () => {
    const toVictim: number[] = [];
    const found: number[] = [];
    const told: number[] = [];
    const answers: number[][] = [];
    await same(2_000, async ({ userId }) => {
      const token = await tokenOfOther();
      const asked = userId === VICTIM ? numberAt(0) : numberAt(1);
      for (let times = 0; times < 3; times += 1) await lookUp(asked, { token });
      const own = [1, 2, 3, 4].map(() => lookUp(numberAt(0)));
      const begun = await Promise.all(own);
      answers.push(begun.map(({ status }) => status).sort());
      await desk.settled();
      toVictim.push(codesTo([numberAt(0)]));
      // For readers of alerts, whose scope shows requests of other clients anyway. Once, for three look-ups within the
      // hour.
      const alerts = "SELECT sum(count)::int AS n FROM alerts WHERE kind = 'look_ups_of_a_number_used_up'";
      told.push((await stage.service.sql<{ n: number | null }>(alerts))[0]?.n ?? 0);
      const { id } = begun.find(({ status }) => status === 202)?.json() as { id: string };
      // A code that only the service could know.
      found.push((await stage.post(`/v1/blind-lookups/${id}/answer`, { code: desk.codeOfLookup(id) })).status);
    });
    expect([answers[0], answers]).toEqual([
      [202, 202, 202, 429],
      [answers[1], answers[1]],
    ]);
    expect([toVictim, found, told]).toEqual([
      [3, 3],
      [422, 200],
      [1, 0],
    ]);
  });

  it('learns nothing about a block or an address that another client used', async () => {
    const answers: number[][] = [];
    await same(2_000, async ({ blockFrom, address }) => {
      const token = await tokenOfOther();
      for (let index = 0; index < 50; index += 1)
        await lookUp(numberAt(blockFrom + index), { token, ...(index < 20 ? { ip: address } : {}) });
      answers.push([(await lookUp(OWN[0] ?? '', { ip: '203.0.113.7' })).status]);
    });
    expect(answers).toEqual([[202], [202]]);
  });

  it('costs the tenant at most twenty codes a day per user', async () => {
    await anew(88);
    for (let round = 0; round < 5; round += 1) {
      for (let asked = 0; asked < 5; asked += 1) await opening(stage, { userId: 'unknown', type: 'phone' });
      await stage.later(11 * MINUTE);
    }
    expect(await seen()).toEqual({ arrived: 2, isCapTold: true });
  });
});
