// T-52. The attacker looks for a route that names a user and is not counted. There they could go through a list of user
// ids without an alert.
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call } from '../support/api.js';
import { pause } from '../support/askers.js';
import { inventory, nameOf, requestOf } from '../support/inventory.js';
import { Stage } from '../support/stage.js';

describe('a request that names a user', () => {
  let stage: Stage;
  const { routes } = inventory();
  const naming = routes.filter(({ path }) => path.split('/').includes(':userId'));
  const counted = naming.filter(({ userQuery }) => userQuery !== 'needs_id');

  beforeAll(async () => {
    stage = await Stage.open();
    await stage.service.operate(
      ...[
        'tenants',
        'set',
        '--tenant',
        stage.client.tenantId,
        '--rp-id',
        'localhost',
        '--origins',
        'http://localhost:8080',
      ],
    );
    await stage.service.operate(
      'phones',
      'set',
      '--tenant',
      stage.client.tenantId,
      '--via',
      'outbox',
      '--countries',
      'US GB DE',
    );
  });

  afterAll(() => stage.stop());

  it.each(counted.map((route) => [nameOf(route), route] as const))('is counted: %s', async (name, route) => {
    const userId = `asked-${counted.indexOf(route)}`;
    const tenant = fromTypeId('ten', stage.client.tenantId);
    const rows = 'SELECT FROM user_queries WHERE tenant_id = $1';
    const count = async () => (await stage.service.sql(rows, [tenant])).length;
    const before = await count();
    const { status } = await call(stage.service.url, { ...requestOf(route, { userId }), token: stage.token });
    expect([name, status]).toEqual([name, expect.not.stringMatching(/^(400|401|429|500|503)$/)]);
    for (let tries = 0; (await count()) === before && tries < 100; tries += 1) await pause(50);
    expect(await count()).toBe(before + 1);
  });

  it('takes an unguessable id if it is not counted', () => {
    for (const { path, userQuery } of naming.filter((route) => route.userQuery === 'needs_id'))
      expect([userQuery, path]).toEqual(['needs_id', expect.stringMatching(/:userId\/\w+\/:\w+Id/)]);
  });
});
