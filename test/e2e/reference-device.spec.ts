// The reference device of examples/ runs as its own process. It registers from the URI, lists, approves and denies, and
// its key never leaves it. It uses the clock of the machine, as it would beside a real service.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { call, tokenOf } from '../support/api.js';
import { startAsExplorer, type Explored } from '../support/explored-service.js';
import type { Credentials } from '../support/service.js';

const PROGRAM = resolve('examples/device/device.mjs');

jest.setTimeout(60_000);

describe('the reference device', () => {
  let service: Explored;
  let token: string;
  let folder: string;

  beforeAll(async () => {
    service = await startAsExplorer();
    const demo = readFileSync(join(service.dataDir, 'demo-client.json'), 'utf8');
    token = await tokenOf(service.url, JSON.parse(demo) as Credentials);
    folder = mkdtempSync(join(tmpdir(), 'countersign-device-'));
  });
  afterAll(async () => {
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  interface Ended {
    readonly code: number;
    readonly out: string;
    readonly err: string;
  }

  const run = (...words: string[]): Promise<Ended> =>
    promisify(execFile)(process.execPath, [PROGRAM, ...words, '--file', join(folder, 'device.json')]).then(
      ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
      (error: unknown) => {
        const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
        return { code, out: stdout, err: stderr };
      },
    );
  const demand = (min: string) =>
    promisify(execFile)(
      process.execPath,
      ['dist/admin.js', 'devices', 'require', '--platform', 'desktop', '--min', min, '--apply', '--json'],
      { env: { PATH: process.env['PATH'], DATA_DIR: service.dataDir } },
    );
  const post = async (path: string, body: object) =>
    (await call(service.url, { path, token, body })).json() as Record<string, unknown>;
  const look = async (id: string) =>
    (await call(service.url, { path: `/v1/challenges/${id}`, token })).json() as Record<string, unknown>;

  it('registers, shows requests, approves with the number, denies without it, and reads its notices', async () => {
    const { registrationUri, registrationId } = await post('/v1/users/ada/devices', {});
    const registered = await run('register', registrationUri as string, '--name', "Ada's terminal", '--json');
    expect(registered).toMatchObject({ code: 0, err: '' });
    const { deviceId, code } = JSON.parse(registered.out) as { deviceId: string; code: string };
    expect(deviceId).toBe(registrationId);
    expect(statSync(join(folder, 'device.json')).mode & 0o777).toBe(0o600);
    // Until the application has confirmed the device, it can read no requests.
    expect(await run('list')).toMatchObject({ code: 1, err: expect.stringContaining('401') });
    expect(await post(`/v1/users/ada/devices/${deviceId}/confirm`, { code })).toEqual({ deviceId, status: 'active' });

    const context = {
      text: 'Pay the invoice 4711',
      amount: { value: '120.00', currency: 'EUR' },
      origin: 'shop.example',
    };
    const asked = await post('/v1/users/ada/challenges', { type: 'device', action: 'pay', context });
    const list = await run('list');
    expect(list.out).toContain('Pay the invoice 4711');
    expect(list.out).toContain('120.00 EUR');
    expect(list.out).toMatch(/Action +pay\n/);
    expect(list.out).not.toContain(asked.matchCode);
    const approved = await run('approve', asked.id as string, '--number', asked.matchCode as string);
    expect(approved).toMatchObject({ code: 0, out: expect.stringContaining('Approved.') });
    expect(await look(asked.id as string)).toMatchObject({ status: 'approved', assertion: expect.any(String) });

    // Injected text does not replace the signed text.
    const dressed = { text: 'Sign in to shop.example' };
    await post('/v1/users/ada/challenges', { type: 'device', action: 'factors.add', context: dressed });
    expect((await run('list')).out).toContain('ADD ANOTHER FACTOR OR DEVICE TO YOUR ACCOUNT');

    const unwanted = await post('/v1/users/ada/challenges', { type: 'device' });
    expect(await run('deny', unwanted.id as string)).toMatchObject({
      code: 0,
      out: expect.stringContaining('Denied.'),
    });
    expect(await look(unwanted.id as string)).toMatchObject({ status: 'denied' });
    expect((await run('notices')).out).toContain('factor.activated device');
  });

  it('reports each failure in one sentence', async () => {
    expect(await run('register', 'countersign://register?issuer=x')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^.*holds a device already.*\n$/),
    });
    expect(await run('approve', 'chl_01kaqy4zq7e1kvf3xh2vbsrzq0', '--number', '123456')).toMatchObject({
      code: 1,
      err: 'This does not wait for you, or no longer.\n',
    });
    expect(await run('dance')).toMatchObject({ code: 2 });
  });

  it('refuses to run if it is too old, and names the version that it needs', async () => {
    await demand('1.0.1');
    expect(await run('list')).toMatchObject({ code: 1, err: 'This app is too old: 1.0.1 or newer is needed.\n' });
    const { registrationUri } = (await post('/v1/users/bob/devices', {})) as { registrationUri: string };
    const other = join(folder, 'other.json');
    const register = (version: string) =>
      promisify(execFile)(process.execPath, [
        PROGRAM,
        'register',
        registrationUri,
        '--file',
        other,
        '--json',
        '--app-version',
        version,
      ]);
    await expect(register('1.0.0')).rejects.toMatchObject({ stderr: expect.stringContaining('1.0.1 or newer') });
    // A newer version can still use the ticket.
    await expect(register('1.0.1')).resolves.toMatchObject({ stderr: '' });
    await demand('none');
    expect((await run('list')).code).toBe(0);
  });
});
