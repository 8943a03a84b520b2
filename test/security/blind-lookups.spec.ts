// T-38. The attacker has a stolen credential with `phones:blind` and a list of numbers. They want to know which numbers
// are registered, or whose one is. Only a person who holds the phone gets the code, and guessing it locks no user.
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call, tokenOf, type Answer } from '../support/api.js';
import { Challenges } from '../support/challenges.js';
import { numberAt, PhoneDesk } from '../support/phones.js';
import { DAY, MINUTE, Stage, statuses, tally } from '../support/stage.js';

const HOUR = 60 * MINUTE;
const LIFE = 5 * MINUTE;
const NUMBERS = {
  registered: '+12015550101',
  'of two users': '+12015550102',
  'confirmed a year ago': '+12015550103',
  pending: '+12015550104',
  removed: '+12015550105',
  'of a country that nothing is sent to': '+33612345678',
  unregistered: '+12015550109',
} as const;
const ISSUED = /^\{"id":"bll_[0-7][0-9a-hjkmnp-tv-z]{25}","expiresAt":"[^"]+"\}$/;
const UNKNOWN = 'bll_01kaqy4zq7e1kvf3xh2vbsrzq0';

interface Asking {
  readonly token?: string;
  readonly instance?: number;
}

describe('a blind look-up', () => {
  let stage: Stage;
  let desk: PhoneDesk;

  beforeAll(async () => {
    stage = await Stage.open(2);
    desk = await PhoneDesk.of(stage, { countries: 'US GB FR' });
    await desk.owner('ada', NUMBERS.registered);
    for (const userId of ['one', 'two']) await desk.owner(userId, NUMBERS['of two users']);
    await desk.owner('old', NUMBERS['confirmed a year ago']);
    await desk.owner('abroad', NUMBERS['of a country that nothing is sent to']);
    await desk.remove(await desk.owner('gone', NUMBERS.removed));
    await desk.set({ countries: 'US GB' });
  });
  afterAll(() => stage.stop());
  // The budgets of the last day are free again.
  beforeEach(() => stage.later(26 * HOUR));

  const send = (path: string, body: unknown, { token = stage.token, instance = 0 }: Asking = {}): Promise<Answer> =>
    call(stage.urls[instance % stage.urls.length] ?? '', { path, token, body });
  const begin = (phoneNumber: string, asking?: Asking) => send('/v1/blind-lookups', { phoneNumber }, asking);
  const answer = (id: string, code: string, asking?: Asking) =>
    send(`/v1/blind-lookups/${id}/answer`, { code }, asking);
  const newClient = () => stage.service.client(stage.client.tenantId, 'phones:blind');
  const times = <Result>(count: number, ask: (index: number) => Promise<Result>) =>
    Promise.all(Array.from({ length: count }, (_none, index) => ask(index)));
  const masked = ({ status, text }: Answer) => `${status} ${text.replace(/"requestId":"[^"]+"/, '"requestId":"*"')}`;

  async function begun(phoneNumber: string, asking?: Asking): Promise<string> {
    const begins = await begin(phoneNumber, asking);
    expect([begins.status, begins.text]).toEqual([202, expect.stringMatching(ISSUED)]);
    return (begins.json() as { id: string }).id;
  }

  const wrong = (id: string, count: number) => {
    const right = Number(desk.codeOfLookup(id));
    return Array.from({ length: count }, (_none, index) => String((right + 1 + index) % 100_000_000).padStart(8, '0'));
  };
  const guess = async (id: string, count: number) => {
    for (const code of wrong(id, count)) expect((await answer(id, code)).status).toBe(422);
  };
  const says = async (phoneNumber: string) => {
    const id = await begun(phoneNumber);
    return answer(id, desk.codeOfLookup(id));
  };
  const confirmedAgo = (userId: string, ms: number) =>
    stage.service.sql('UPDATE phones SET confirmed_at = $1 WHERE user_id = $2 AND confirmed_at IS NOT NULL', [
      new Date(stage.nowMs - ms),
      userId,
    ]);

  it("starts for every number alike, and sends a code only to one user's phone that was confirmed within a year", async () => {
    await confirmedAgo('old', 365 * DAY);
    await desk.begin(await stage.user('pending'), NUMBERS.pending);
    await desk.settled();
    const before = desk.sent().length;
    const ids = new Map<string, string>();
    for (const [what, number] of Object.entries(NUMBERS)) ids.set(what, await begun(number));
    await desk.settled();
    const code = desk.codeOfLookup(ids.get('registered') ?? '');
    const sent = desk.sent().slice(before);
    expect(sent.map((each) => [each.purpose, each.phoneNumber, each.code])).toEqual([
      ['blind_lookup', NUMBERS.registered, code],
    ]);
    for (const [what, id] of ids) {
      const found = (await answer(id, desk.codeOfLookup(id))).text;
      if (what === 'registered') expect(found).toBe('{"userId":"ada"}');
      // This code was not sent, so a guess of it learns only that it was wrong.
      else if (what !== 'of a country that nothing is sent to') expect(found).toContain('verification_refused');
    }
  });

  it('finds a number until the last millisecond of the year after its confirmation', async () => {
    // The worker looks up to a second later.
    await confirmedAgo('old', 365 * DAY - 1_001);
    const number = NUMBERS['confirmed a year ago'];
    const id = await begun(number);
    await desk.settled();
    expect(desk.sent().at(-1)).toMatchObject({ phoneNumber: number, code: desk.codeOfLookup(id) });
    expect((await answer(id, desk.codeOfLookup(id))).json()).toEqual({ userId: 'old' });
    await confirmedAgo('old', 365 * DAY);
    expect((await says(number)).status).toBe(422);
  });

  it('returns the user once for fifty right answers at the same time over two instances', async () => {
    const id = await begun(NUMBERS.registered);
    const code = desk.codeOfLookup(id);
    expect(statuses(await times(50, (instance) => answer(id, code, { instance })))).toEqual({ 200: 1, 422: 49 });
  });

  it('checks five of forty parallel wrong answers, then ends', async () => {
    const id = await begun(NUMBERS.registered);
    const codes = wrong(id, 40);
    expect(statuses(await times(40, (index) => answer(id, codes[index] ?? '', { instance: index })))).toEqual({
      422: 40,
    });
    const [row] = await stage.service.sql(
      'SELECT answers, status FROM blind_lookups ORDER BY created_at DESC, id DESC LIMIT 1',
    );
    expect(row).toEqual({ answers: 5, status: 'pending' });
    await stage.later(LIFE - 1);
    expect((await answer(id, desk.codeOfLookup(id))).status).toBe(422);
  });

  it('accepts the right code as the fifth answer, not as the sixth', async () => {
    const [fifth, sixth] = [await begun(NUMBERS.registered), await begun(NUMBERS.registered)];
    await guess(fifth, 4);
    expect((await answer(fifth, desk.codeOfLookup(fifth))).status).toBe(200);
    await guess(sixth, 5);
    expect((await answer(sixth, desk.codeOfLookup(sixth))).status).toBe(422);
  });

  it('locks no user by wrong answers, and allows a stranger fifty of them a day per number', async () => {
    const user = await stage.user('eve');
    const eve = await desk.giveTo(user, '+12025550111');
    const rows = () => stage.service.sql("SELECT *, xmin, ctid FROM users WHERE user_id = 'eve'");
    const before = await rows();
    for (const lookups of [3, 3, 3, 1]) {
      for (let left = lookups; left > 0; left -= 1) await guess(await begun(eve.phoneNumber), 5);
      await stage.later(65 * MINUTE);
    }
    expect((await begin(eve.phoneNumber)).status).toBe(429);
    await stage.later(22 * HOUR);
    expect((await says(eve.phoneNumber)).json()).toEqual({ userId: 'eve' });
    expect(await rows()).toEqual(before);
    expect((await stage.verify('eve', stage.right(user))).status).toBe(200);
  });

  it('refuses with the same bytes for every client and every fault', async () => {
    const late = await begun(NUMBERS.registered);
    await stage.later(LIFE);
    const id = await begun(NUMBERS.registered);
    const code = desk.codeOfLookup(id);
    const colleague = await tokenOf(stage.service.url, await newClient());
    const stranger = await tokenOf(stage.service.url, await stage.service.tenant('phones:blind'));
    const unregistered = await begun(NUMBERS.unregistered);
    const refusals = [
      await answer(id, wrong(id, 1)[0] ?? ''),
      await answer(late, desk.codeOfLookup(late)),
      await answer(UNKNOWN, code),
      await answer(id, code, { token: colleague }),
      await answer(id, code, { token: stranger }),
      await answer(unregistered, desk.codeOfLookup(unregistered)),
      await answer(unregistered, code),
    ];
    const bytes = tally(refusals.map(masked));
    expect(Object.keys(bytes)).toEqual([expect.stringMatching(/^422 .*"code":"verification_refused"/)]);
    expect((await answer(id, code)).status).toBe(200);
    for (const malformed of ['12345', '1234567', '123456789', '1234567a', '１２３４５６７８', '', ' 12345678'])
      expect([malformed, (await answer(id, malformed)).status]).toEqual([malformed, 400]);
    expect((await send(`/v1/blind-lookups/${id}/answer`, { code, phoneNumber: NUMBERS.registered })).status).toBe(400);
  });

  it.each(['registered', 'unregistered'] as const)(
    'starts for one %s number three times an hour and ten times a day',
    async (what) => {
      const burst = () => times(20, (instance) => begin(NUMBERS[what], { instance }));
      const hours: Answer[][] = [];
      for (const waitMs of [0, 63, 63, 63, 63]) {
        await stage.later(waitMs * MINUTE);
        hours.push(await burst());
      }
      expect(hours.map((answers) => statuses(answers)[202] ?? 0)).toEqual([3, 3, 3, 1, 0]);
      expect(statuses(hours.flat())).toEqual({ 202: 10, 429: 90 });
    },
  );

  it('starts five hundred times a day per client from unknown addresses', async () => {
    await desk.set({ 'blind-cap': '100000' });
    await begun(numberAt(0));
    await desk.spent('blind look-ups of a client', fromTypeId('cli', stage.client.clientId) ?? '', 490);
    const answers = await times(30, (index) => begin(numberAt(100 + index), { instance: index }));
    expect(statuses(answers)).toEqual({ 202: 10, 429: 20 });
    const token = await tokenOf(stage.service.url, await newClient());
    expect((await begin(numberAt(200), { token })).status).toBe(202);
  });

  it('leaves the same events for a registered and an unregistered number', async () => {
    const told = async (number: string) => {
      const [since] = await stage.service.sql<{ tx: string }>('SELECT max(tx)::text AS tx FROM audit_events');
      const id = await begun(number);
      await desk.settled();
      await guess(id, 6);
      await stage.later(LIFE + MINUTE);
      await desk.settled();
      const text = "SELECT * FROM audit_events WHERE tx > $1 AND action <> 'token.issued' ORDER BY tx, action";
      const rows = await stage.service.sql(text, [since?.tx]);
      const ids = new Set(['id', 'tx', 'at', 'target_id', 'request_id']);
      return rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, ids.has(name) ? typeof value : value])),
      );
    };
    const events = await told(NUMBERS.registered);
    expect(tally(events.map(({ action }) => String(action)))).toEqual({
      'blind_lookup.begun': 1,
      'blind_lookup.refused': 6,
    });
    expect(await told(NUMBERS.unregistered)).toEqual(events);
  });

  it('refuses the code of a challenge, and a challenge refuses its code', async () => {
    const challenges = new Challenges(stage);
    const { id: challenge } = await challenges.open('ada', { type: 'phone' });
    const id = await begun(NUMBERS.registered);
    await desk.settled();
    const [challenged, blind] = ['challenge', 'blind_lookup'].map(
      (purpose) => desk.sent().findLast((sent) => sent.purpose === purpose)?.code ?? '',
    ) as [string, string];
    expect([challenged, blind]).toEqual([expect.stringMatching(/^\d{6}$/), expect.stringMatching(/^\d{8}$/)]);
    expect(blind).toBe(desk.codeOfLookup(id));
    expect((await answer(id, challenged)).status).toBe(422);
    expect((await challenges.answer(challenge, blind.slice(0, 6))).status).toBe(422);
    expect((await answer(id, blind)).status).toBe(200);
    expect((await challenges.answer(challenge, challenged)).status).toBe(200);
  });
});
