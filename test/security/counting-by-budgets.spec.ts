// T-44. The attacker owns a few registered phones, asks about other numbers, and then asks for codes to the own phones.
// If only registered numbers used up a shared budget, the missing codes would count the registered numbers of a list.
// Each story runs twice, with registered and with unregistered candidates. Everything that the attacker sees is
// compared.
import { call } from '../support/api.js';
import { forgetPhones, numberAt, PhoneDesk } from '../support/phones.js';
import { opening } from '../support/provers.js';
import { DAY, MINUTE, SECOND, Stage, tally } from '../support/stage.js';

const LIFE = 5 * MINUTE;
/** Each number is in a block of its own. */
const AREAS = '201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248'
  .concat(' 251 252 253 254 256 260 262 267 269 270 272 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315')
  .concat(' 316 317 318 319 320 321 323 325 330 331 334 336 337 339 347 351 352 360 361 385 386 401 402 404 405 406')
  .split(' ');
const spread = (index: number) => `+1${AREAS[index % AREAS.length] ?? ''}555${String(100 + index).padStart(4, '0')}`;

interface World {
  readonly isRegistered: boolean;
}

describe('an attacker who counts the codes that reach their own phones', () => {
  let stage: Stage;
  let desk: PhoneDesk;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  /** Two days later, without users and phones. */
  async function anew(): Promise<void> {
    await forgetPhones(stage);
    for (const table of ['observations', 'alerts', 'canary_numbers']) await stage.service.sql(`DELETE FROM ${table}`);
    await stage.later(2 * DAY);
    desk = await PhoneDesk.of(stage);
  }

  const lookUp = (phoneNumber: string, instance = 0) => stage.post('/v1/blind-lookups', { phoneNumber }, instance);
  const plant = (name: string, numbers: readonly string[]) =>
    desk.plant(numbers.map((phoneNumber, index) => ({ userId: `${name}-${index}`, phoneNumber })));
  const arrived = (numbers: readonly string[]) =>
    desk.sent().filter(({ phoneNumber }) => numbers.includes(phoneNumber)).length;

  /** Runs the story in both worlds; both views must be equal. Returns the view. */
  async function same<View>(story: (world: World) => Promise<View>): Promise<View> {
    const views: View[] = [];
    for (const isRegistered of [true, false]) {
      await anew();
      views.push(await story({ isRegistered }));
    }
    expect(views[0]).toEqual(views[1]);
    return views[1] as View;
  }

  it.each([1, 30])('learns nothing at the sign-in page about %d candidates, with 51 phones', async (count) => {
    const own = Array.from({ length: 51 }, (_none, index) => spread(index));
    const candidates = Array.from({ length: count }, (_none, index) => spread(500 + index));
    const view = await same(async ({ isRegistered }) => {
      await plant('own', own);
      if (isRegistered) await plant('candidate', candidates);
      const answers: number[] = [];
      for (const [index, number] of [...candidates, ...own].entries())
        answers.push((await lookUp(number, index)).status);
      await desk.settled();
      return { answers: tally(answers), arrived: arrived(own) };
    });
    expect(view).toEqual({ answers: { 202: 51 + count }, arrived: 51 });
  });

  it('learns nothing with two phones in the candidate’s block whose codes expire', async () => {
    const [own, candidate] = [[numberAt(1), numberAt(2)], numberAt(3)];
    const view = await same(async ({ isRegistered }) => {
      await plant('own', own);
      if (isRegistered) await plant('candidate', [candidate]);
      await lookUp(candidate);
      const [one = '', other = ''] = own;
      for (const asked of [own, own, own, [one], [other]]) {
        const times = asked.length === 2 ? 3 : 1;
        for (let index = 0; index < times; index += 1) for (const number of asked) await lookUp(number);
        await desk.settled();
        await stage.later(LIFE + SECOND);
        await desk.workedOff();
        await stage.later(60 * MINUTE);
      }
      return arrived(own);
    });
    expect(view).toBe(20);
  });

  it('learns nothing by enrolling a candidate after a challenge of its possible user', async () => {
    const candidate = numberAt(7);
    const view = await same(async ({ isRegistered }) => {
      await plant('victim', [isRegistered ? candidate : numberAt(8)]);
      await opening(stage, { userId: 'victim-0', type: 'phone' });
      const user = await stage.user('own');
      await opening(stage, { userId: 'victim-0', type: 'phone' });
      await desk.begin(user, candidate);
      await desk.settled();
      const text = `SELECT action, reason, at - $1::timestamptz < interval '3 seconds' AS "isPrompt" FROM audit_events
                    WHERE user_id = 'own' AND action LIKE 'phone.code%' AND at >= $2`;
      return stage.service.sql(text, [new Date(stage.nowMs), new Date(desk.sinceMs)]);
    });
    expect(view).toEqual([{ action: 'phone.code_sent', reason: null, isPrompt: true }]);
  });

  it('uses up the tenant’s codes with every request, also for unknown users', async () => {
    const own = Array.from({ length: 8 }, (_none, index) => spread(index));
    const candidates = Array.from({ length: 4 }, (_none, index) => spread(500 + index));
    const view = await same(async ({ isRegistered }) => {
      await desk.set({ 'daily-cap': '24' });
      await plant('own', own);
      if (isRegistered) await plant('candidate', candidates);
      for (let index = 0; index < 4; index += 1) await opening(stage, { userId: `candidate-${index}`, type: 'phone' });
      for (let index = 0; index < 8; index += 1) await opening(stage, { userId: `own-${index}`, type: 'phone' });
      await desk.settled();
      return arrived(own);
    });
    // Six an hour.
    expect(view).toBe(2);
  });

  it('raises the canary alert by enrolling a canary, as by looking it up', async () => {
    await anew();
    await stage.service.operate('canaries', 'add-number', '--tenant', stage.client.tenantId, '--number', numberAt(9));
    await desk.begin(await stage.user('own'), numberAt(9));
    let kinds: string[] = [];
    for (let tries = 0; tries < 100 && kinds.length === 0; tries += 1) {
      await new Promise((done) => setTimeout(done, 50));
      const { json } = await call(stage.service.url, { path: '/v1/alerts', token: stage.token });
      kinds = (json() as { data: { kind: string }[] }).data.map(({ kind }) => kind);
    }
    expect(kinds).toEqual(['canary_number_asked']);
  });
});
