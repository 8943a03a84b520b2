// R-13, T-44. The attacker wants to stop other users. They fill a shared limit with random numbers, with one phone, or
// with wrong codes. One user, one phone or one address never stops others. Every stop ends within a day.
import { call } from '../support/api.js';
import { forgetPhones, numberAt, PhoneDesk } from '../support/phones.js';
import { opening } from '../support/provers.js';
import { DAY, MINUTE, SECOND, Stage, statuses, tally } from '../support/stage.js';

const HOUR = 60 * MINUTE;
const LIFE = 5 * MINUTE;
const AREAS = ['201', '202', '203', '205', '206', '207', '208', '209', '210', '212', '213', '214'];
/** Numbers in many blocks. */
const randomNumber = (index: number) => `+1${AREAS[index % AREAS.length] ?? ''}555${String(1_000 + index)}`;
const addressOf = (index: number) => `2001:db8:${(index % 60_000).toString(16)}:1::1`;

describe('a shared limit', () => {
  let stage: Stage;
  let desk: PhoneDesk;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  beforeEach(async () => {
    await forgetPhones(stage);
    for (const table of ['alerts', 'answered_addresses']) await stage.service.sql(`DELETE FROM ${table}`);
    await stage.later(2 * DAY);
    desk = await PhoneDesk.of(stage);
  });

  const lookUp = (phoneNumber: string, ip?: string, instance = 0) =>
    stage.post('/v1/blind-lookups', { phoneNumber, ...(ip === undefined ? {} : { endUser: { ip } }) }, instance);
  const answer = (id: string, code: string) => stage.post(`/v1/blind-lookups/${id}/answer`, { code });
  const idOf = ({ json }: { json: () => unknown }) => (json() as { id: string }).id;
  const plant = (name: string, numbers: readonly string[]) =>
    desk.plant(numbers.map((phoneNumber, index) => ({ userId: `${name}-${index}`, phoneNumber })));
  const kinds = async () => {
    const { json } = await call(stage.service.url, { path: '/v1/alerts', token: stage.token });
    return (json() as { data: { kind: string }[] }).data.map(({ kind }) => kind);
  };

  /** Completes a look-up with the right answer. */
  async function signIn(phoneNumber: string, ip: string): Promise<number> {
    const begun = await lookUp(phoneNumber, ip);
    if (begun.status !== 202) return begun.status;
    const id = idOf(begun);
    return (await answer(id, desk.codeOfLookup(id))).status;
  }

  const flood = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_none, index) => lookUp(randomNumber(index), addressOf(1_000 + index), index)),
    );

  it('is half reserved: random numbers from new addresses do not stop addresses that answered within 30 days', async () => {
    const people = Array.from({ length: 10 }, (_none, index) => numberAt(index));
    await plant('owner', people);
    for (const [index, number] of people.entries()) expect(await signIn(number, addressOf(index))).toBe(200);
    await stage.later(29 * DAY);
    const answers = statuses([...(await flood(150)), ...(await flood(150))]);
    expect([answers[202], Object.keys(answers).sort()]).toEqual([125, ['202', '429']]);
    for (const [index, number] of people.entries()) {
      // Another host of the same network.
      expect(await signIn(number, addressOf(index).replace(/1$/, 'f00'))).toBe(200);
      expect(await signIn(number, addressOf(500 + index))).toBe(429);
    }
    expect(await kinds()).toEqual(['code_cap_reached']);
    // An hour later unknown addresses are accepted again. The reserved share ends with the thirtieth day.
    await stage.later(65 * MINUTE);
    expect(await signIn(people[0] ?? '', addressOf(700))).toBe(200);
    await stage.later(31 * DAY);
    await flood(150);
    expect(await signIn(people[1] ?? '', addressOf(1))).toBe(429);
  });

  it('opens its reserved half to at most three addresses per phone', async () => {
    await plant('own', [numberAt(0)]);
    for (let index = 0; index < 8; index += 1) {
      expect(await signIn(numberAt(0), addressOf(index))).toBe(200);
      await stage.later(65 * MINUTE);
    }
    await flood(150);
    const asked = Array.from({ length: 8 }, (_none, index) => lookUp(randomNumber(2_000 + index), addressOf(index)));
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([429, 429, 429, 429, 429, 202, 202, 202]);
  });

  it('allows one address twenty an hour, over its /64 and both instances', async () => {
    const one = Array.from({ length: 60 }, (_none, index) =>
      lookUp(randomNumber(index), `2001:db8:0:9::${index + 1}`, index),
    );
    expect(statuses(await Promise.all(one))).toEqual({ 202: 20, 429: 40 });
    expect((await lookUp(randomNumber(100), addressOf(1))).status).toBe(202);
    expect(await kinds()).toEqual([]);
  });

  it('is exact: a hundred parallel requests from unknown addresses over two instances get their half', async () => {
    await desk.set({ 'blind-cap': '40' });
    expect(statuses(await flood(100))).toEqual({ 202: 5, 429: 95 });
  });

  it('of a block is not used up by one phone with twenty expired codes', async () => {
    await plant('own', [numberAt(0)]);
    await plant('other', [numberAt(1)]);
    for (let asked = 0; asked < 20; asked += 1) {
      await opening(stage, { userId: 'own-0', type: 'phone' });
      await desk.settled();
      await stage.later(LIFE + SECOND);
      await desk.workedOff();
      await stage.later(45 * MINUTE);
    }
    await opening(stage, { userId: 'other-0', type: 'phone' });
    await lookUp(numberAt(1));
    await desk.begin(await stage.user('third'), numberAt(2));
    await desk.settled();
    const others = desk.sent().filter(({ phoneNumber }) => phoneNumber !== numberAt(0));
    expect(others.map(({ purpose }) => purpose).sort()).toEqual(['blind_lookup', 'challenge', 'enrolment']);
  });

  it('is not charged for right answers: an owner’s 110th within eleven days succeeds', async () => {
    await plant('own', [numberAt(0)]);
    const answers: number[] = [];
    for (let day = 0; day < 11; day += 1) {
      for (const times of [3, 3, 3, 1]) {
        for (let asked = 0; asked < times; asked += 1) answers.push(await signIn(numberAt(0), addressOf(1)));
        await stage.later(65 * MINUTE);
      }
      await stage.later(22 * HOUR);
    }
    expect(tally(answers)).toEqual({ 200: 110 });
  });

  it("is closed by a stranger's wrong answers for at most a day, and never for a known address", async () => {
    const [owner, home] = [numberAt(0), addressOf(1)];
    await plant('owner', [owner]);
    expect(await signIn(owner, home)).toBe(200);
    const guessAtOne = async (ip: string) => {
      const begun = await lookUp(owner, ip);
      const codes = Array.from({ length: 5 }, (_none, index) => `0000000${index}`);
      if (begun.status === 202) await Promise.all(codes.map((code) => answer(idOf(begun), code)));
    };
    for (let day = 0; day < 7; day += 1) {
      for (let asked = 0; asked < 3; asked += 1) await guessAtOne(addressOf(2_000 + day));
      expect(await signIn(owner, addressOf(3_000))).toBe(429);
      expect(await signIn(owner, home)).toBe(200);
      await stage.later(25 * HOUR);
    }
    expect(await signIn(owner, addressOf(4_000))).toBe(200);
  });
});
