// R-11, T-17. The operator is in a hurry: settings are copied from a laptop, left out or mistyped. Production must not
// start with unsafe settings, and must say in a sentence what to do. A failed start prints a sentence, never a stack.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { runNode, type Run } from '../support/mutant.js';
import { TestService } from '../support/service.js';

const SAFE = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://service@127.0.0.1:1/none',
  KEY_RING: KeyRing.generate(),
  ISSUER: 'https://mfa.example',
  PORT: '0',
};
const KNOWN_KEY = '/v/pkoZlcxxtao+UZzCDCP7/6ZKGZXMcbWqPlGcwgwg=';
const ring = (key: string) =>
  JSON.stringify({ ...(JSON.parse(SAFE.KEY_RING) as object), keys: { k1: key }, active: 'k1' });

describe('settings in production', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-settings-'));
    chmodSync(folder, 0o711);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = (env: Record<string, string>, nodeOptions: string[] = []): Promise<Run> =>
    runNode({
      args: [...nodeOptions, join(process.cwd(), 'dist/main.js')],
      env: { DATA_DIR: join(folder, 'data'), ...env },
    });

  function expectSentence({ exitCode, text }: Run, ...parts: string[]): void {
    for (const part of parts) expect(text).toContain(part);
    expect(text).not.toMatch(/^\s+at |node:internal|Error:/m);
    expect(text.split('\n').length).toBeLessThan(12);
    expect(exitCode).toBe(1);
  }

  it('are safe enough to get as far as the database', async () => {
    expectSentence(await start(SAFE), 'database', 'ECONNREFUSED');
  });

  // settings.spec.ts in src/platform/config has the whole table of refusals; this spec shows what a person sees.
  it.each([
    ['ISSUER', 'http://mfa.example', 'must be the https:// URL'],
    ['NODE_ENV', 'Production', 'expected one of'],
    ['MIGRATION_DATABASE_URL', 'postgresql://owner@127.0.0.1:1/none', 'give it to `migrate` only'],
  ])('refuse %s=%s and name the remedy', async (name, value, part) => {
    expectSentence(await start({ ...SAFE, [name]: value }), name, part);
  });

  it('name all missing settings together', async () => {
    const run = await start({ NODE_ENV: 'production' });
    expectSentence(run, 'DATABASE_URL', 'KEY_RING', 'ISSUER');
  });

  it('refuse a publicly known key ring, without showing it', async () => {
    const run = await start({ ...SAFE, KEY_RING: ring(KNOWN_KEY) });
    expectSentence(run, 'publicly known example key');
    expect(run.text).not.toContain(KNOWN_KEY);
  });

  it('create no demo client and no key ring', async () => {
    await start(SAFE);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('refuse a trusted proxy that is not an address', async () => {
    expectSentence(await start({ ...SAFE, TRUSTED_PROXIES: 'proxy.internal' }), 'TRUSTED_PROXIES');
  });
});

describe('the operator who starts the service', () => {
  let folder: string;
  let service: TestService;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-start-'));
    chmodSync(folder, 0o711);
    service = await TestService.start(0);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await service.stop();
  });

  const main = join(process.cwd(), 'dist/main.js');
  function expectSentence({ exitCode, text }: Run, part: string | RegExp): void {
    const said = text.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
    expect(said.join('\n')).toMatch(part);
    expect(text).not.toMatch(/^\s+at /m);
    expect(exitCode).toBe(1);
  }

  it('is told that the port is in use', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const env = { DATABASE_URL: service.databaseUrl, PORT: String(port), DATA_DIR: join(folder, 'busy') };
    const run = await runNode({ args: [main], env });
    server.close();
    expectSentence(run, `127.0.0.1:${port} is in use`);
  });

  it('is told that DATA_DIR is a file', async () => {
    writeFileSync(join(folder, 'file'), '');
    const env = { DATABASE_URL: service.databaseUrl, PORT: '0', DATA_DIR: join(folder, 'file') };
    expectSentence(await runNode({ args: [main], env }), 'DATA_DIR');
  });

  const asSomebody = process.getuid?.() === 0 ? it.skip : it;
  asSomebody('is told that DATA_DIR cannot be written to', async () => {
    mkdirSync(join(folder, 'locked'), { mode: 0o500 });
    const env = { PORT: '0', DATA_DIR: join(folder, 'locked', 'data') };
    expectSentence(await runNode({ args: [main], env }), 'DATA_DIR');
  });

  it('is told that Node is too old', async () => {
    const old = join(folder, 'old-node.cjs');
    writeFileSync(old, "Object.defineProperty(process.versions, 'node', { value: '18.20.0' });");
    const run = await runNode({ args: ['--require', old, join(process.cwd(), 'scripts/start.mjs')], env: {} });
    expectSentence(run, /needs Node 20\.\d+ or newer; this is Node 18\.20\.0/);
  });
});
