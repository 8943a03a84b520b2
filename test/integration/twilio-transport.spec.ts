// A code is sent to Twilio; a server on this machine stands in. Requests follow Twilio's documentation. An answer that
// does not follow it counts as a failure, even with a status of success.
import { MessageTransports } from '../../src/delivery/messages/message-transports.js';
import { OutboxTransport } from '../../src/delivery/messages/outbox-transport.js';
import { TwilioTransport } from '../../src/delivery/messages/twilio-transport.js';
import { MessageWebhook } from '../../src/delivery/messages/webhook-transport.js';
import { dateAt } from '../../src/platform/clock/clock.js';
import { answering, SHORT_MS, faults, Kit, PHONE_NUMBER, Provider } from '../support/providers.js';

const ACCOUNT = `AC${'0a'.repeat(16)}`;
const TOKEN = 'f1'.repeat(16);
const FROM = '+15005550006';
const SERVICE = `MG${'0b'.repeat(16)}`;
const SENT = JSON.stringify({ sid: `SM${'0c'.repeat(16)}`, status: 'queued', error_code: null });

let twilio: Provider;
let canary: Provider;
let kit: Kit;
let all: MessageTransports;

beforeAll(async () => {
  twilio = await Provider.open();
  canary = await Provider.open();
});
afterAll(() => {
  twilio.close();
  canary.close();
});
beforeEach(() => {
  kit = new Kit();
  twilio.reset(answering(201, SENT));
  canary.reset(answering(201, SENT));
  const { clock, sealer, outbound, posts, log } = kit;
  const outbox = new OutboxTransport(clock, { NODE_ENV: 'test', DATA_DIR: '/dev/null' });
  const webhook = new MessageWebhook(sealer, posts);
  const byTwilio = new TwilioTransport(clock, sealer, outbound, twilio.address);
  all = new MessageTransports(outbox, webhook, byTwilio, log, clock);
});

const settings = (from = FROM) =>
  kit.settings({
    via: 'twilio',
    twilioAccount: ACCOUNT,
    twilioFrom: from,
    twilioToken: kit.seal('twilio', Buffer.from(TOKEN)),
  });
const form = () => Object.fromEntries(new URLSearchParams(twilio.received.at(-1)?.body));

describe('a code for Twilio', () => {
  it("arrives in the format of Twilio's API", async () => {
    const text = '918273 is your code & no other’s. +1=1';
    expect(await all.deliver(kit.message({ text }), settings())).toBe('taken');
    const [request] = twilio.received;
    expect([request?.method, request?.url]).toEqual(['POST', `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`]);
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    const [scheme, credentials = ''] = (request?.headers.authorization ?? '').split(' ');
    expect([scheme, Buffer.from(credentials, 'base64').toString()]).toEqual(['Basic', `${ACCOUNT}:${TOKEN}`]);
    expect(form()).toEqual({ To: PHONE_NUMBER, From: FROM, Body: text, ValidityPeriod: '300' });
    expect(kit.lines).toEqual([]);
  });

  it('names a messaging service in the field for it', async () => {
    await all.deliver(kit.message(), settings(SERVICE));
    expect(form()).toMatchObject({ MessagingServiceSid: SERVICE });
    expect(form()).not.toHaveProperty('From');
  });

  it.each([
    [-1, '1'],
    [999, '1'],
    [61_900, '61'],
    [90_000_000, '36000'],
  ])('has the remaining validity as its lifetime at Twilio: %d ms', async (ms, seconds) => {
    await all.deliver(kit.message({ expiresAt: dateAt(kit.clock.nowMs() + ms) }), settings());
    expect(form()['ValidityPeriod']).toBe(seconds);
  });

  it('fails in time for every fault of Twilio, and the error holds no secret or number', async () => {
    const { outbound } = new Kit(SHORT_MS);
    for (const [what, fault] of faults(canary)) {
      twilio.reset(fault);
      const began = performance.now();
      const one = new TwilioTransport(kit.clock, kit.sealer, outbound, twilio.address);
      const outcome = await one.deliver(kit.message(), settings()).catch(String);
      expect([what, outcome]).toEqual([what, expect.any(String)]);
      expect(outcome).not.toMatch(/2010-04-01|918273|2025550123/);
      expect(performance.now() - began).toBeLessThan(SHORT_MS + 1_000);
    }
    expect(canary.connections).toBe(0);
  });

  it.each([
    ['an error with status 200', 200, '{"code":20003,"message":"Authenticate +12025550123","status":401}'],
    ['no id', 201, '{"status":"queued"}'],
    ['a null id', 201, '{"sid":null}'],
    ['an empty id', 201, '{"sid":""}'],
    ['nothing', 201, ''],
    ['a page', 200, '<html>+12025550123 918273</html>'],
    ['a list', 200, `[${SENT}]`],
    ['an id in an endless answer', 201, `${SENT}${' '.repeat(100_000)}`],
  ])('fails if the answer has %s', async (_what, status, body) => {
    twilio.answer = answering(status, body);
    expect(await all.deliver(kit.message(), settings())).toBe('failed');
    expect(kit.loggedOf(TOKEN, ACCOUNT)).toEqual(['a code could not be passed to a transport']);
  });

  it.each([
    ['refused with a reason', 400, '{"code":21610,"message":"+12025550123 is unsubscribed","status":400}'],
    ['refused though it got an id', 201, SENT.replace('queued', 'failed')],
  ])('fails without pausing Twilio if it was %s', async (_what, status, body) => {
    twilio.answer = answering(status, body);
    for (let time = 0; time < 6; time += 1) expect(await all.deliver(kit.message(), settings())).toBe('failed');
    expect(new Set(kit.loggedOf(TOKEN))).toEqual(new Set(['a transport refused a code']));
    expect(twilio.connections).toBe(6);
  });

  it('is paused after Twilio answers nonsense five times', async () => {
    twilio.answer = answering(200, 'nonsense');
    for (let time = 0; time < 5; time += 1) await all.deliver(kit.message(), settings());
    expect(await all.deliver(kit.message(), settings())).toBe('resting');
    expect(twilio.connections).toBe(5);
  });
});
