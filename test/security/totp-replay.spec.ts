// R-02, T-01. The attacker sees a code while it is typed, over a shoulder or through a phishing page. They use it at
// the same moment, on several instances. A code that was accepted must never be accepted again.
import { call, enrolled, tokenOf, totpAt, verify } from '../support/api.js';
import { TestService } from '../support/service.js';

describe('TOTP replay', () => {
  let service: TestService;
  let token: string;

  beforeAll(async () => {
    service = await TestService.start(2);
    token = await tokenOf(service.url, await service.tenant());
  });
  afterAll(() => service.stop());

  it('accepts one of 100 parallel verifications of one right code over two processes', async () => {
    const user = await enrolled(service.url, token, 'race');
    const code = totpAt(user.secret, Date.now());
    const urls = service.instances.map(({ url }) => url);
    const burst = Array.from({ length: 100 }, (_none, index) =>
      verify(urls[index % 2] ?? service.url, token, user.userId, code),
    );
    const statuses = (await Promise.all(burst)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 422)).toHaveLength(99);
    // A used right code is no guess: it does not count against its owner.
    const [row] = await service.sql<{ consecutive_failures: number }>(
      'SELECT consecutive_failures FROM users WHERE user_id = $1',
      ['race'],
    );
    expect(row?.consecutive_failures).toBe(0);
  });

  it('refuses the code that confirmed the factor', async () => {
    const now = Date.now();
    const opened = (await call(service.url, { path: '/v1/users/confirmed/factors/totp', token, body: {} })).json();
    const code = totpAt(opened.secret, now);
    const path = `/v1/users/confirmed/factors/${opened.id}/confirm`;
    expect((await call(service.url, { path, token, body: { code } })).status).toBe(200);
    expect((await verify(service.url, token, 'confirmed', code)).status).toBe(422);
  });

  it("refuses a confirmation's code to verifications at the same instant over two processes", async () => {
    for (let round = 0; round < 5; round += 1) {
      const userId = `instant-${round}`;
      const opened = (await call(service.url, { path: `/v1/users/${userId}/factors/totp`, token, body: {} })).json();
      const code = totpAt(opened.secret, Date.now());
      const path = `/v1/users/${userId}/factors/${opened.id}/confirm`;
      const confirmed = call(service.url, { path, token, body: { code } });
      const burst = Array.from({ length: 40 }, (_none, index) =>
        verify(service.instances[index % 2]?.url ?? '', token, userId, code),
      );
      expect((await Promise.all(burst)).filter(({ status }) => status !== 422)).toEqual([]);
      expect((await confirmed).status).toBe(200);
    }
  });
});
