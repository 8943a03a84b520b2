// T-04, T-09. The attacker asks for users who may not exist and compares. Which users are counted, which are locked,
// whose answers wait for each other, and whose counts end at a restart? Each unknown user is mapped to a decoy row that
// counts like a user's row. A secret key chooses the row, and the decoy never accepts a code.
import { BlindIndex } from '../../src/platform/crypto/blind-index.js';
import { Sealer } from '../../src/platform/crypto/sealer.js';
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { tokenOf, totpAt, verify } from '../support/api.js';
import { MINUTE, SECOND, Stage, statuses, tally } from '../support/stage.js';

const DECOYS = '00000000-0000-7000-8000-000000000000';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

interface DecoyRow {
  readonly consecutive_failures: number;
  readonly recent: number;
  readonly locked_until: Date | null;
  readonly last_tried_at: Date | null;
}

describe('decoys', () => {
  let stage: Stage;
  let index: BlindIndex;

  beforeAll(async () => {
    stage = await Stage.open(2);
    index = new BlindIndex(stage.service.keyRing);
  });
  afterAll(() => stage.stop());

  function decoyOf(userId: string, tenantId = stage.client.tenantId): string {
    const hash = index.of(fromTypeId('ten', tenantId) ?? '', 'decoy', userId);
    return `decoy-${hash.readUInt16BE() % 4_096}`;
  }

  async function row(decoy: string): Promise<DecoyRow> {
    const [found] = await stage.service.sql<DecoyRow>(
      `SELECT consecutive_failures, cardinality(recent_failures) AS recent, locked_until, last_tried_at
       FROM users WHERE tenant_id = $1 AND user_id = $2`,
      [DECOYS, decoy],
    );
    return found as DecoyRow;
  }

  /** A user whose decoy was not used before. */
  async function unmet(name: string): Promise<string> {
    const met = await tried();
    for (let number = 0; ; number += 1) if (!met.includes(decoyOf(`${name}-${number}`))) return `${name}-${number}`;
  }

  async function tried(): Promise<string[]> {
    const text = 'SELECT user_id FROM users WHERE tenant_id = $1 AND last_tried_at IS NOT NULL ORDER BY user_id';
    return (await stage.service.sql<{ user_id: string }>(text, [DECOYS])).map(({ user_id }) => user_id);
  }

  /** The code that the decoy's sealed secret gives now. An attacker would need the key ring to read the secret. */
  async function rightCodeOf(decoy: string): Promise<string> {
    const text = 'SELECT id, totp_secret FROM factors WHERE tenant_id = $1 AND user_id = $2';
    const [factor] = await stage.service.sql<{ id: string; totp_secret: Buffer }>(text, [DECOYS, decoy]);
    if (!factor) throw new Error(`${decoy} has no factor`);
    const place = { tenantId: DECOYS, table: 'factors', column: 'totp_secret', rowId: factor.id };
    const secret = new Sealer(stage.service.keyRing).open(factor.totp_secret, place);
    const bits = [...secret].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const letters = (bits.match(/.{5}/g) ?? []).map((five) => BASE32.charAt(parseInt(five, 2)));
    return totpAt(letters.join(''), stage.nowMs);
  }

  it('are 4,096, created once, also when two instances start', async () => {
    const text = 'SELECT count(*)::int AS n FROM factors WHERE tenant_id = $1';
    expect(await stage.service.sql(text, [DECOYS])).toEqual([{ n: 4_096 }]);
    expect(await stage.service.sql(text.replace('factors', 'users'), [DECOYS])).toEqual([{ n: 4_096 }]);
  });

  it('are picked by a keyed hash of tenant and user', async () => {
    const users = ['ada', 'bob', 'cleo'];
    for (const userId of users) await stage.verify(userId, '000000');
    expect(await tried()).toEqual([...new Set(users.map((userId) => decoyOf(userId)))].sort());
    const other = await stage.service.tenant();
    const token = await tokenOf(stage.service.url, other);
    for (const userId of users) await verify(stage.service.url, token, userId, '000000');
    const both = [...users.map((userId) => decoyOf(userId)), ...users.map((userId) => decoyOf(userId, other.tenantId))];
    expect(new Set(both).size).toBeGreaterThan(3);
    expect(await tried()).toEqual([...new Set(both)].sort());
  });

  it('count and lock like users, over all instances', async () => {
    const userId = await unmet('counted');
    const answers = await stage.burst(userId, Array<string>(40).fill('000000'));
    expect(statuses(answers)).toEqual({ 422: 40 });
    expect(tally(await stage.verdicts(userId))).toEqual({ not_enrolled: 40 });
    const counted = await row(decoyOf(userId));
    expect(counted).toMatchObject({ consecutive_failures: 5, recent: 5 });
    expect(counted.locked_until?.getTime()).toBe(stage.nowMs + 30 * SECOND);
  });

  it('keep their counts after a restart', async () => {
    const userId = await unmet('restarted');
    await stage.verify(userId, '000000');
    const before = await row(decoyOf(userId));
    expect(before).toMatchObject({ consecutive_failures: 1, recent: 1 });
    const fresh = await stage.service.addInstance();
    await stage.at(stage.nowMs);
    expect((await verify(fresh.url, stage.token, userId, '000000')).status).toBe(422);
    expect(await row(decoyOf(userId))).toMatchObject({ consecutive_failures: 2, recent: 2 });
  });

  it('never accept a code, not even their own right code', async () => {
    const userId = await unmet('lucky');
    const decoy = decoyOf(userId);
    const code = await rightCodeOf(decoy);
    expect(code).toMatch(/^\d{6}$/);
    const text = 'SELECT claims, enrolled_at FROM users WHERE tenant_id = $1 AND user_id = $2';
    const before = await stage.service.sql<{ claims: object }>(text, [DECOYS, decoy]);
    // One claim, as a user has; no step is newer than it.
    expect(Object.values(before[0]?.claims ?? {})).toEqual([Number.MAX_SAFE_INTEGER]);
    const confirmation = `/v1/users/${userId}/factors/fac_01kaqy4zq7e1kvf3xh2vbsrzq0/confirm`;
    expect((await stage.verify(userId, code)).status).toBe(422);
    expect((await stage.post(confirmation, { code })).status).toBe(422);
    expect(await stage.verdicts(userId)).toEqual(['not_enrolled', 'not_enrolled']);
    expect(await stage.service.sql(text, [DECOYS, decoy])).toEqual([{ ...before[0], enrolled_at: null }]);
    // The try was counted: the decoy's own right code counts as a wrong code.
    expect(await row(decoy)).toMatchObject({ consecutive_failures: 2, recent: 2 });
  });

  it('are never stopped, and store few failures after any number of them', async () => {
    const userId = await unmet('unknown');
    for (let tries = 0; tries < 110; tries += 1) {
      await stage.verify(userId, '000000');
      await stage.later(61 * MINUTE);
    }
    const counted = { consecutive_failures: 110, recent: 8 };
    expect(await row(decoyOf(userId))).toMatchObject(counted);
  });

  it('leave no row of the unknown user', async () => {
    const text = 'SELECT user_id FROM users WHERE tenant_id <> $1';
    expect(await stage.service.sql(text, [DECOYS])).toEqual([]);
  });

  it('belong to a tenant for which no operator can create a client', async () => {
    await expect(stage.service.client('ten_0000000000e008000000000000', 'verify')).rejects.toThrow(/no tenant/);
  });
});
