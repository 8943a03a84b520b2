// Before a code is sent, the service asks the tenant's backend about the risk of the number. The request is signed. A
// missing or late answer counts as unknown, and the tenant's setting decides how to proceed.
import { Webhook } from 'standardwebhooks';
import { NumberRiskWebhook } from '../../src/delivery/risk/number-risk-webhook.js';
import type { RiskQuestion } from '../../src/delivery/risk/number-risk.js';
import type { StoredPhoneSettings } from '../../src/phones/settings/phone-settings.policy.js';
import { writtenSecret } from '../../src/platform/crypto/webhook-signature.js';
import {
  answering,
  type Answer,
  SHORT_MS,
  faults,
  Kit,
  PHONE_NUMBER,
  Provider,
  type Received,
  TENANT,
} from '../support/providers.js';

const PATH = '/risk/8f0e1c';
const GOOD = '{"lineType":"mobile"}';
const UNKNOWN = { withheld: 'number_unknown', demand: 'refuse' };
const question: RiskQuestion = { tenantId: TENANT, phoneNumber: PHONE_NUMBER, purpose: 'enrolment' };

let backend: Provider;
let canary: Provider;
let kit: Kit;
let risk: NumberRiskWebhook;

beforeAll(async () => {
  backend = await Provider.open();
  canary = await Provider.open();
});
afterAll(() => {
  backend.close();
  canary.close();
});
beforeEach(() => {
  kit = new Kit();
  backend.reset(answering(200, GOOD));
  canary.reset(answering(200, GOOD));
  risk = new NumberRiskWebhook(kit.clock, kit.sealer, kit.posts, kit.log);
});

const asking = (change: Partial<StoredPhoneSettings> = {}) =>
  kit.settings({ riskUrl: backend.address + PATH, riskSecret: kit.seal('risk', kit.secret), ...change });

describe('the risk of a number', () => {
  it('is asked for in a signed request with a new id each time', async () => {
    expect(await risk.assess(question, asking())).toBe('send');
    expect(await risk.assess(question, asking())).toBe('send');
    const [first, second] = backend.received as [Received, Received];
    expect([first.method, first.url]).toEqual(['POST', PATH]);
    expect(JSON.parse(first.body)).toEqual({
      type: 'phone.risk',
      timestamp: kit.clock.now().toISOString(),
      data: { phoneNumber: PHONE_NUMBER, purpose: 'enrolment' },
    });
    const signed = first.headers as Record<string, string>;
    expect(new Webhook(writtenSecret(kit.secret)).verify(first.body, signed)).toBeDefined();
    expect(() => new Webhook(writtenSecret(Buffer.alloc(32))).verify(first.body, signed)).toThrow();
    expect(signed['webhook-id']).toMatch(/^rsk_/);
    expect(second.headers['webhook-id']).not.toBe(signed['webhook-id']);
    expect(kit.lines).toEqual([]);
  });

  it('is the answer of the backend', async () => {
    backend.answer = answering(200, JSON.stringify({ simChangedAt: kit.clock.now().toISOString() }));
    expect(await risk.assess(question, asking({ riskRecent: 'another_factor' }))).toEqual({
      withheld: 'number_at_risk',
      demand: 'another_factor',
    });
    backend.answer = answering(200, '{"lineType":"premium"}');
    expect(await risk.assess(question, asking())).toEqual({ withheld: 'number_at_risk', demand: 'refuse' });
    expect(kit.lines).toEqual([]);
  });

  it('is not asked for if the tenant has set no address', async () => {
    expect(await risk.assess(question, asking({ riskUrl: null, riskUnknown: 'refuse' }))).toBe('send');
    expect(backend.connections).toBe(0);
  });

  it('is unknown for every fault of the backend, in time, and the log holds no secret or number', async () => {
    const { posts } = new Kit(SHORT_MS);
    risk = new NumberRiskWebhook(kit.clock, kit.sealer, posts, kit.log);
    const refusal: [string, Answer] = ['answers 404', answering(404, GOOD)];
    for (const [what, answer] of [...faults(canary), refusal]) {
      backend.reset(answer);
      const began = performance.now();
      expect([what, await risk.assess(question, asking())]).toEqual([what, UNKNOWN]);
      expect(performance.now() - began).toBeLessThan(SHORT_MS + 1_000);
      expect([what, backend.received.length]).toEqual([what, 1]);
      expect(kit.loggedOf(PATH)).toEqual(['the risk of a number could not be read']);
    }
    expect(canary.connections).toBe(0);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', `{"lineType":"mobile",${PHONE_NUMBER}`],
    ['no object', '"mobile"'],
    ['a list', `[${GOOD}]`],
    ['null', 'null'],
    ['more than 64 KiB', `{"lineType":"mobile","x":"${'x'.repeat(65_536)}"}`],
  ])('is unknown if the answer is %s', async (_what, text) => {
    backend.answer = answering(200, text);
    expect(await risk.assess(question, asking())).toEqual(UNKNOWN);
    expect(await risk.assess(question, asking({ riskUnknown: 'another_factor' }))).toEqual({
      ...UNKNOWN,
      demand: 'another_factor',
    });
    expect(await risk.assess(question, asking({ riskUnknown: 'send' }))).toBe('send');
    expect(kit.loggedOf(PATH)).toHaveLength(3);
  });

  it('is unknown, without a request, if the secret is missing or belongs to another tenant or purpose', async () => {
    const other = '01890a5d-ac96-774b-bcce-b302099a8058';
    expect(await risk.assess(question, asking({ riskSecret: null }))).toEqual(UNKNOWN);
    expect(await risk.assess(question, asking({ riskSecret: kit.seal('risk', kit.secret, other) }))).toEqual(UNKNOWN);
    expect(await risk.assess(question, asking({ riskSecret: kit.seal('webhook', kit.secret) }))).toEqual(UNKNOWN);
    expect(backend.connections).toBe(0);
    expect(kit.loggedOf(PATH)).toHaveLength(3);
  });
});
