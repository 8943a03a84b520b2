// T-17, T-39. The operator tests phones with codes in a file, and later uses that database in production. Or the
// operator writes a Twilio token where every user of the machine can read it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from '../support/mutant.js';
import { TestService } from '../support/service.js';

describe('phone settings of a tenant', () => {
  let service: TestService;
  let tenantId: string;

  beforeAll(async () => {
    service = await TestService.start(1);
    ({ tenantId } = await service.tenant());
  });
  afterAll(() => service.stop());

  const set = (...words: string[]) =>
    service.operate<Record<string, unknown>>('phones', 'set', '--tenant', tenantId, ...words);
  const stored = async () =>
    (await service.sql<Record<string, unknown>>('SELECT * FROM phone_settings WHERE via IS NOT NULL'))[0];

  it('are set by an operator; secrets are shown once and stored sealed', async () => {
    const answer = await set('--via', 'webhook', '--url', 'https://app.example.com/sms', '--countries', 'DE AT');
    expect(answer).toMatchObject({ tenantId, via: 'webhook', countries: ['DE', 'AT'] });
    expect(answer['webhookSecret']).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const secret = Buffer.from(String(answer['webhookSecret']).slice(6), 'base64');
    expect((await stored())?.['webhook_secret'] as Buffer).not.toContain(secret);
    const file = join(service.dataDir, 'twilio-token');
    writeFileSync(file, `${'0123456789abcdef'.repeat(2)}\n`);
    const twilio = ['--twilio-account', `AC${'0'.repeat(32)}`, '--twilio-from', '+4915123456789'];
    const more = await set('--via', 'twilio', ...twilio, '--twilio-token-file', file);
    expect(JSON.stringify(more)).not.toContain('0123456789abcdef');
    expect(String((await stored())?.['twilio_token'])).not.toContain('0123456789abcdef');
    expect((await stored())?.['webhook_url']).toBe('https://app.example.com/sms');
  });

  it.each([
    ['an unknown tenant', ['--tenant', 'ten_01kaqy4zq7e1kvf3xh2vbsrzq0', '--lookups', 'on'], 'There is no tenant'],
    ['a missing file', ['--twilio-token-file', '/nowhere/token'], 'cannot be read'],
    ['half of Twilio', ['--via', 'twilio'], '--twilio-account'],
    ['an unknown country', ['--countries', 'XX'], '--countries takes'],
    ['nothing', [], 'at least one'],
  ])('refuse %s in a sentence', async (_what, words, sentence) => {
    const fresh = await service.tenant();
    const args = words.includes('--tenant') ? words : ['--tenant', fresh.tenantId, ...words];
    await expect(service.operate('phones', 'set', ...args)).rejects.toThrow(sentence);
  });

  it('prevent the start of production, and are refused there, while codes go to a file', async () => {
    await set('--via', 'outbox');
    const env = {
      NODE_ENV: 'production',
      ISSUER: 'https://mfa.example',
      DATABASE_URL: await service.productionUrl(),
      DATA_DIR: service.dataDir,
      KEY_RING: service.keyRingText,
      PORT: '0',
    };
    const main = join(process.cwd(), 'dist/main.js');
    const refused = await runNode({ args: [main], env });
    expect(refused.text).toContain('A tenant sends its codes to a file (outbox), which production refuses');
    expect([refused.exitCode, /^\s+at /m.test(refused.text)]).toEqual([1, false]);
    const admin = (...words: string[]) =>
      runNode({
        args: [join(process.cwd(), 'dist/admin.js'), 'phones', 'set', '--tenant', tenantId, ...words, '--apply'],
        env,
      });
    const again = await admin('--via', 'outbox', '--countries', 'DE');
    expect([again.exitCode, again.text.includes('production refuses it')]).toEqual([1, true]);
    expect((await admin('--via', 'webhook', '--url', 'https://app.example.com/sms')).exitCode).toBe(0);
    expect((await stored())?.['via']).toBe('webhook');
  });
});
