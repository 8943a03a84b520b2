// The operator's commands for the public keys of a client, and for the file of a private key.
import { execFile } from 'node:child_process';
import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { es256 } from '../support/forge.js';
import { ASSERTION_TYPE, askToken, Holder } from '../support/holder.js';
import { TestService, type Credentials } from '../support/service.js';

describe('the commands for client keys', () => {
  let service: TestService;
  let client: Credentials & { tenantId: string };
  let folder: string;
  let out: string;
  const holder = new Holder('EdDSA');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
    out = join(folder, 'client-key.json');
    service = await TestService.start();
    client = await service.tenant('verify');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await service.stop();
  });

  const clients = (verb: string, ...words: string[]) =>
    service.admin<Record<string, string>>('clients', verb, '--client', client.clientId, ...words);
  const add = (jwk: unknown) => {
    const file = join(folder, 'brought.json');
    writeFileSync(file, JSON.stringify(jwk));
    return clients('add-key', '--jwk', file);
  };
  const status = async (keyHolder: Holder, key?: JsonWebKey) => {
    const signer = key ? es256(createPrivateKey({ key, format: 'jwk' })) : keyHolder.signer;
    const wish = { clientId: client.clientId, issuer: service.issuer, nowMs: Date.now() };
    const form = { client_assertion: keyHolder.assertion(wish, { signer }), client_assertion_type: ASSERTION_TYPE };
    return (await askToken(service.url, form)).status;
  };

  it('change nothing without --apply', async () => {
    const args = ['dist/admin.js', 'clients', 'make-key', '--client', client.clientId, '--out', out];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH: process.env['PATH'] } });
    expect(stdout).toContain('Say --apply to do it');
    expect(() => statSync(out)).toThrow('ENOENT');
  });

  it('serve the example of a bound token: 200 with a proof, 401 without', async () => {
    const reader = await service.client(client.tenantId, 'factors:read');
    const env = { URL: service.url, CLIENT_ID: reader.clientId, CLIENT_SECRET: reader.clientSecret };
    const { stdout } = await promisify(execFile)(process.execPath, ['examples/bound-token.mjs'], { env });
    expect(stdout).toBe('token of type DPoP\nwith a proof: 200\nwithout: 401\n');
  });

  it('make a key with its private half only in the file, refuse to overwrite it, and work without a secret', async () => {
    const { kid = '' } = await clients('make-key', '--out', out);
    await clients('revoke-secret', '--slot', '1');
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const text = readFileSync(out, 'utf8');
    const key = JSON.parse(text) as JsonWebKey;
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', kid, d: expect.any(String) as string });
    const stored = await service.sql<{ public_jwk: object }>('SELECT public_jwk FROM client_keys');
    expect(stored).toEqual([{ public_jwk: { kty: 'EC', crv: 'P-256', x: key.x, y: key.y } }]);
    expect(await status(new Holder(), key)).toBe(200);

    await expect(clients('make-key', '--out', out)).rejects.toThrow(/exists already/);
    expect(readFileSync(out, 'utf8')).toBe(text);
  });

  it('register a second key, refuse a third key and a private key, and revoke', async () => {
    await expect(add(holder.privateKey.export({ format: 'jwk' }))).rejects.toThrow(/has a private part/);
    const { kid = '' } = await add(holder.jwk);
    expect(kid).toBe(holder.thumbprint);
    expect(await status(holder)).toBe(200);
    const third = join(folder, 'third.json');
    await expect(clients('make-key', '--out', third)).rejects.toThrow(/two live keys/);
    expect(() => statSync(third)).toThrow('ENOENT');
    await clients('revoke-key', '--kid', kid);
    expect(await status(holder)).toBe(401);
    const events = await service.sql<{ action: string }>(
      "SELECT action FROM audit_events WHERE action LIKE 'client.key_%' ORDER BY tx",
    );
    expect(events.map(({ action }) => action)).toEqual(['client.key_added', 'client.key_added', 'client.key_revoked']);
  });
});
