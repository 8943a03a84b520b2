// A code is sent to the tenant's backend with a signature, or to a file in development. The backend may be slow, broken
// or redirect. Then the message counts as failed and no other server gets the code. After five failures the service
// pauses calls to the backend.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { MessageTransports } from '../../src/delivery/messages/message-transports.js';
import { OutboxTransport } from '../../src/delivery/messages/outbox-transport.js';
import { TwilioTransport } from '../../src/delivery/messages/twilio-transport.js';
import { MessageWebhook } from '../../src/delivery/messages/webhook-transport.js';
import type { StoredPhoneSettings } from '../../src/phones/settings/phone-settings.policy.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import { writtenSecret } from '../../src/platform/crypto/webhook-signature.js';
import {
  answering,
  CODE,
  SHORT_MS,
  faults,
  Kit,
  PHONE_NUMBER,
  Provider,
  type Received,
  TENANT,
} from '../support/providers.js';

const PATH = '/hook/8f0e1c';
const REST_MS = 30_000;
const OTHER_TENANT = '01890a5d-ac96-774b-bcce-b302099a8058';

let backend: Provider;
let canary: Provider;
let kit: Kit;
let folder: string;

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
  backend.reset(answering(204));
  canary.reset(answering(204));
  folder = mkdtempSync(join(tmpdir(), 'countersign-outbox-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function transports(environment: 'development' | 'production' = 'development', dataDir = folder): MessageTransports {
  const { clock, sealer, outbound, posts, log } = kit;
  const outbox = new OutboxTransport(clock, { NODE_ENV: environment, DATA_DIR: dataDir });
  const twilio = new TwilioTransport(clock, sealer, outbound, canary.address);
  return new MessageTransports(outbox, new MessageWebhook(sealer, posts), twilio, log, new SystemClock());
}

function byWebhook(tenantId = TENANT): StoredPhoneSettings {
  const webhookUrl = backend.address + PATH;
  return kit.settings({ via: 'webhook', webhookUrl, webhookSecret: kit.seal('webhook', kit.secret, tenantId) });
}

describe('a code for the tenant’s backend', () => {
  it('arrives signed, in a format that the backend can verify', async () => {
    const message = kit.message();
    expect(await transports().deliver(message, byWebhook())).toBe('taken');
    const { method, url, headers, body } = backend.received[0] as Received;
    expect([method, url, headers['content-type']]).toEqual(['POST', PATH, 'application/json']);
    const { id: messageId, phoneNumber, channel, purpose, code, text, expiresAt } = message;
    expect(JSON.parse(body)).toEqual({
      type: 'phone.code',
      timestamp: kit.clock.now().toISOString(),
      data: { messageId, phoneNumber, channel, purpose, code, text, expiresAt: expiresAt.toISOString() },
    });
    const signed = headers as Record<string, string>;
    expect(new Webhook(writtenSecret(kit.secret)).verify(body, signed)).toMatchObject({ type: 'phone.code' });
    expect(() => new Webhook(writtenSecret(kit.secret)).verify(body.replace(CODE, '000000'), signed)).toThrow();
    expect(() => new Webhook(writtenSecret(Buffer.alloc(32))).verify(body, signed)).toThrow();
    expect(kit.lines).toEqual([]);
  });

  it('has the id of the message at each attempt', async () => {
    const all = transports();
    backend.answer = answering(500);
    await all.deliver(kit.message(), byWebhook());
    backend.answer = answering(204);
    expect(await all.deliver(kit.message(), byWebhook())).toBe('taken');
    const ids = backend.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([kit.message().id, kit.message().id]);
  });

  it('is not sent with a secret that was sealed for another tenant', async () => {
    expect(await transports().deliver(kit.message(), byWebhook(OTHER_TENANT))).toBe('failed');
    expect(backend.connections).toBe(0);
    expect(kit.loggedOf()).toEqual(['a code could not be passed to a transport']);
  });

  it('fails in time for every fault of the backend, and logs no secret or number', async () => {
    kit = new Kit(SHORT_MS);
    for (const [what, fault] of faults(canary)) {
      backend.reset(fault);
      const began = performance.now();
      expect([what, await transports().deliver(kit.message(), byWebhook())]).toEqual([what, 'failed']);
      expect(performance.now() - began).toBeLessThan(SHORT_MS + 1_000);
      expect([what, backend.received.length]).toEqual([what, 1]);
      const secret = kit.secret.toString('base64');
      expect(kit.loggedOf(PATH, secret)).toEqual(['a code could not be passed to a transport']);
    }
    expect(canary.connections).toBe(0);
  });

  it('is not sent to a forbidden address', async () => {
    const settings = { ...byWebhook(), webhookUrl: `http://127.0.0.2:1${PATH}` };
    expect(await transports().deliver(kit.message(), settings)).toBe('failed');
    expect(kit.loggedOf(PATH, '127.0.0.2')).toHaveLength(1);
  });

  it('is not sent if no transport is set', async () => {
    expect(await transports().deliver(kit.message(), kit.settings())).toBe('failed');
    expect(kit.lines).toEqual([]);
    expect(await transports().deliver(kit.message(), kit.settings({ via: 'webhook' }))).toBe('failed');
    expect(await transports().deliver(kit.message(), kit.settings({ via: 'twilio' }))).toBe('failed');
    expect([backend.connections, canary.connections]).toEqual([0, 0]);
  });
});

describe('a backend that fails repeatedly', () => {
  async function failing(): Promise<MessageTransports> {
    const all = transports();
    backend.reset(answering(500));
    for (let failure = 0; failure < 5; failure += 1) {
      expect(await all.deliver(kit.message(), byWebhook())).toBe('failed');
    }
    expect(backend.connections).toBe(5);
    return all;
  }
  const burst = (all: MessageTransports) =>
    Promise.all(Array.from({ length: 20 }, () => all.deliver(kit.message(), byWebhook())));
  const later = (ms: number) => {
    const then = Date.now() + ms;
    jest.spyOn(Date, 'now').mockReturnValue(then);
  };

  it('gets no more connections after five failures', async () => {
    const all = await failing();
    backend.answer = answering(204);
    expect(new Set(await burst(all))).toEqual(new Set(['resting']));
    later(REST_MS - 1_000);
    expect(await all.deliver(kit.message(), byWebhook())).toBe('resting');
    expect(backend.connections).toBe(5);
    expect(kit.loggedOf()).toHaveLength(5);
  });

  it('gets one message after thirty seconds; while it is open, or if it fails, no other', async () => {
    const all = await failing();
    later(REST_MS);
    expect((await burst(all)).filter((delivery) => delivery === 'failed')).toHaveLength(1);
    expect(backend.connections).toBe(6);
    jest.restoreAllMocks();
    later(2 * REST_MS);
    backend.answer = answering(204);
    expect(new Set(await burst(all))).toEqual(new Set(['taken']));
    expect(backend.connections).toBe(26);
  });

  it('does not stop codes of other tenants or other transports', async () => {
    const all = await failing();
    backend.answer = answering(204);
    const other = kit.message({ tenantId: OTHER_TENANT });
    expect(await all.deliver(other, byWebhook(OTHER_TENANT))).toBe('taken');
    expect(await all.deliver(kit.message(), kit.settings({ via: 'outbox' }))).toBe('taken');
  });

  // The attacker owns a few numbers that the backend rejects, and asks for codes to them. Codes to other users must not
  // stop.
  it('is not paused for rejecting single numbers', async () => {
    const all = transports();
    for (const status of [400, 401, 403, 404, 409, 422, 400]) {
      backend.answer = answering(status);
      expect(await all.deliver(kit.message(), byWebhook())).toBe('failed');
    }
    expect(new Set(kit.loggedOf(PATH))).toEqual(new Set(['a transport refused a code']));
    backend.answer = answering(200);
    expect(await all.deliver(kit.message(), byWebhook())).toBe('taken');
  });
});

describe('a code for the outbox', () => {
  const file = (dataDir = folder) => join(dataDir, 'outbox.jsonl');
  const deliver = (all: MessageTransports) => all.deliver(kit.message(), kit.settings({ via: 'outbox' }));

  it('is one line of a file that only its owner can read', async () => {
    const dataDir = join(folder, 'not', 'there');
    expect(await deliver(transports('development', dataDir))).toBe('taken');
    const { id, purpose, channel, text, expiresAt } = kit.message();
    expect(JSON.parse(readFileSync(file(dataDir), 'utf8'))).toEqual({
      at: kit.clock.now().toISOString(),
      id,
      tenantId: 'ten_01h455vb4pex5vsknk084sn02q',
      purpose,
      phoneNumber: PHONE_NUMBER,
      channel,
      code: CODE,
      text,
      expiresAt: expiresAt.toISOString(),
    });
    expect([statSync(file(dataDir)).mode & 0o777, statSync(dataDir).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it('is appended as a whole line, also by 50 writers at the same time', async () => {
    const all = transports();
    await Promise.all(Array.from({ length: 50 }, () => deliver(all)));
    const lines = readFileSync(file(), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { code: string }).code)).toEqual(Array(50).fill(CODE));
  });

  it('is not written in production', async () => {
    expect(await deliver(transports('production'))).toBe('failed');
    expect(() => statSync(file())).toThrow(/ENOENT/);
    expect(kit.loggedOf()).toHaveLength(1);
  });

  it('fails if the file cannot be written', async () => {
    expect(await deliver(transports('development', '/dev/null/x'))).toBe('failed');
    expect(kit.loggedOf()).toHaveLength(1);
  });
});
