// What an explorer does a minute after cloning, in a real Chromium: Authorize with the client that is filled in, then
// Try it out and Execute on every operation from top to bottom. The service is the built one on its embedded database.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Locator, Page } from 'playwright-core';
import { call } from '../support/api.js';
import { browserPath, launch } from '../support/chromium.js';
import { startAsExplorer, type Explored } from '../support/explored-service.js';
import { TestService } from '../support/service.js';
import { ANSWER, WALK } from '../support/walk.js';

jest.setTimeout(300_000);

let service: Explored;

beforeAll(async () => {
  service = await startAsExplorer();
});

afterAll(() => service.stop());

describe('the files of the documentation', () => {
  const CSP =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  it.each([
    ['/docs', 'text/html; charset=utf-8'],
    ['/docs/start.js', 'text/javascript; charset=utf-8'],
    ['/docs/swagger-ui.css', 'text/css; charset=utf-8'],
    ['/docs/favicon-32x32.png', 'image/png'],
    ['/docs/settings.json', 'application/json; charset=utf-8'],
  ])('are served with their type and a strict policy: %s', async (path, mediaType) => {
    const { status, headers } = await call(service.url, { path });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': mediaType,
      'content-security-policy': CSP,
      'x-content-type-options': 'nosniff',
    });
    expect(headers['cache-control']).toBe(path.endsWith('settings.json') ? 'no-store' : 'public, max-age=300');
  });

  it.each([
    '/docs/main.js',
    '/docs/package.json',
    '/docs/swagger-ui.js',
    '/docs/constructor.js',
    '/docs/demo-client.json',
  ])('do not include %s', async (path) => expect((await call(service.url, { path })).status).toBe(404));

  it.each(['/docs/..%2fmain.js', '/docs/%2e%2e', '/docs/..%5cmain.js', '/docs/start.js%00'])(
    'refuse %s',
    async (path) => {
      expect((await call(service.url, { path })).status).toBe(400);
    },
  );

  it('are not there where the operator turned them off', async () => {
    const closed = await TestService.start(1, { DOCS: 'off' });
    try {
      for (const path of ['/docs', '/docs/start.js', '/docs/settings.json', '/openapi.json']) {
        expect((await call(closed.url, { path })).status).toBe(404);
      }
    } finally {
      await closed.stop();
    }
  });
});

// SECURITY(T-18): the attacker lets the victim's browser open http://rebound.example:3000, then points that name at
// 127.0.0.1. To the browser the demo client's secret is now of the attacker's own origin.
describe('the demo client', () => {
  const shown = async (headers: Record<string, string> = {}) =>
    (await call(service.url, { path: '/docs/settings.json', headers })).text;
  const secret = () =>
    (JSON.parse(readFileSync(join(service.dataDir, 'demo-client.json'), 'utf8')) as { clientSecret: string })
      .clientSecret;

  it('is given to a page on this machine', async () => {
    expect(await shown()).toContain(secret());
    expect(await shown({ host: new URL(service.url).host.replace('127.0.0.1', 'localhost') })).toContain(secret());
  });

  it.each<[string, Record<string, string>]>([
    ['under a name of the attacker', { host: 'rebound.example:3000' }],
    ['under another port', { host: '127.0.0.1:1' }],
    ['through a proxy', { 'x-forwarded-for': '192.0.2.7' }],
  ])('is withheld from a page %s', async (_where, headers) => expect(await shown(headers)).toBe('{"demoClient":null}'));
});

if (browserPath === undefined) {
  console.warn('No Chromium here (CHROMIUM_PATH, or one of the usual places): Swagger UI is not walked.');
}

(browserPath === undefined ? describe.skip : describe)('Swagger UI in Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
  });

  afterAll(() => browser.close());

  /** Opens the page; `complaints` are errors of scripts and of the Content-Security-Policy. */
  async function open(
    width = 1_280,
    colorScheme: 'light' | 'dark' = 'light',
  ): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    page.setDefaultTimeout(60_000);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A refused request is logged by the browser; the walk judges those by what the page shows.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text());
    });
    await page.goto(`${service.url}/docs`);
    await page.locator('.opblock').first().waitFor();
    return { page, complaints };
  }

  async function authorize(page: Page): Promise<void> {
    await page.locator('.auth-wrapper .authorize').click();
    await page.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
    await page.locator('.modal-ux button', { hasText: 'Logout' }).waitFor();
    await page.locator('.modal-ux .btn-done').first().click();
  }

  async function nameOf(block: Locator): Promise<string> {
    const path = (await block.locator('.opblock-summary-path').innerText()).replaceAll('\u200b', '');
    return `${await block.locator('.opblock-summary-method').innerText()} ${path}`;
  }

  /** Presses what an explorer presses; returns the status that the page shows. */
  async function execute(block: Locator): Promise<number> {
    await block.locator('.opblock-summary-control').click();
    await block.locator('.try-out__btn:not(.reset)').click();
    await block.locator('.execute').click();
    return shownStatus(block);
  }

  async function shownStatus(block: Locator): Promise<number> {
    return parseInt(await block.locator('.live-responses-table .response-col_status').last().innerText());
  }

  it('is walked from Authorize to the last operation with nothing typed', async () => {
    const { page, complaints } = await open();
    await authorize(page);
    const seen: [string, number][] = [];
    for (const block of await page.locator('.opblock').all()) {
      const name = await nameOf(block);
      const status = await execute(block);
      seen.push([name, name === ANSWER && status === 200 ? 422 : status]);
      await block.locator('.opblock-summary-control').click();
    }
    expect(seen).toEqual(WALK);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('removes a factor with the assertion of a proof for that, carried on by the page', async () => {
    const { page } = await open();
    await authorize(page);
    const operation = (path: string, method = 'post') =>
      page.locator(`.opblock-${method}`, { has: page.locator(`[data-path="${path}"]`) }).first();
    const factor = '/v1/users/{userId}/factors/{factorId}';
    await execute(operation('/v1/users/{userId}/factors/totp'));
    await execute(operation(`${factor}/confirm`));
    const verify = operation('/v1/users/{userId}/verify');
    await verify.locator('.opblock-summary-control').click();
    await verify.locator('.try-out__btn:not(.reset)').click();
    await verify
      .locator('textarea')
      .fill((await verify.locator('textarea').inputValue()).replace('login', 'factors.remove'));
    await verify.locator('.execute').click();
    expect(await shownStatus(verify)).toBe(200);
    expect(await execute(operation(factor, 'delete'))).toBe(204);
    await page.close();
  });

  it('lets the reference device register, from the command that it shows, and confirms it', async () => {
    const { page } = await open();
    await authorize(page);
    const operation = (path: string) =>
      page.locator('.opblock-post', { has: page.locator(`[data-path="${path}"]`) }).first();
    expect(await execute(operation('/v1/users/{userId}/devices'))).toBe(201);
    const [, program = '', uri = ''] =
      /node (\S+) register "([^"]+)"/.exec(await page.locator('#note-text').innerText()) ?? [];
    const file = join(service.dataDir, 'page-device.json');
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      'register',
      uri,
      '--file',
      file,
      '--json',
    ]);
    const { code } = JSON.parse(stdout) as { code: string };
    const confirm = operation('/v1/users/{userId}/devices/{deviceId}/confirm');
    await confirm.locator('.opblock-summary-control').click();
    await confirm.locator('.try-out__btn:not(.reset)').click();
    await confirm.locator('textarea').fill(JSON.stringify({ code }));
    await confirm.locator('.execute').click();
    expect(await shownStatus(confirm)).toBe(200);
    await page.close();
  });

  it('shows what it sends, and leaves a code that the explorer typed', async () => {
    const { page } = await open();
    await authorize(page);
    const operation = (path: string) =>
      page.locator('.opblock', { has: page.locator(`[data-path="${path}"]`) }).first();
    await execute(operation('/v1/users/{userId}/factors/totp'));
    await execute(operation('/v1/users/{userId}/factors/{factorId}/confirm'));
    const verify = operation('/v1/users/{userId}/verify');
    expect(await execute(verify)).toBe(200);
    const put = (await verify.locator('textarea').inputValue()).match(/\d{6}/)?.[0] ?? 'none';
    expect(await verify.locator('.curl-command').innerText()).toContain(put);

    await verify.locator('textarea').fill('{ "code": "000000" }');
    const refused = page.waitForResponse((answer) => answer.url().endsWith('/verify') && answer.status() === 422);
    await verify.locator('.execute').click();
    await refused;
    expect(await verify.locator('textarea').inputValue()).toBe('{ "code": "000000" }');
    expect(await verify.locator('.parameters input').first().inputValue()).toMatch(/^user-/);
    await page.close();
  });

  it.each([
    [1_280, 'light'],
    [1_280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('fits a width of %i in %s colours', async (width, colours) => {
    const { page, complaints } = await open(width, colours);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const [paper] = await page.evaluate(
      () => getComputedStyle(document.documentElement).backgroundColor.match(/\d+/) ?? ['255'],
    );
    expect(Number(paper) < 128 || colours === 'light').toBe(true);
    const folder = process.env['SCREENSHOTS'];
    if (folder) await page.screenshot({ path: join(folder, `docs-${width}-${colours}.png`), fullPage: true });
    expect(complaints).toEqual([]);
    await page.close();
  });
});
