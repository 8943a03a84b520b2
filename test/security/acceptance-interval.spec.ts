// R-12, T-02. If a code lives too long, a guess has more valid codes to hit, and a thief has more time. This spec
// measures the interval over HTTP on a clock that stands still. A code is accepted from 5 s before its step begins
// until 30 s after it has ended (docs/limits.md), exact to the millisecond. RFC 6238 §5.2: at most one step of delay,
// so a step of 15 s is followed by 15 s.
import { totpAt } from '../support/api.js';
import { MINUTE, SECOND, Stage } from '../support/stage.js';

const KINDS = [
  { algorithm: 'SHA1', digits: 6, period: 30, late: 30 },
  { algorithm: 'SHA256', digits: 8, period: 30, late: 30 },
  { algorithm: 'SHA512', digits: 6, period: 60, late: 30 },
  { algorithm: 'SHA512', digits: 8, period: 15, late: 15 },
] as const;

type Kind = (typeof KINDS)[number];

describe('the acceptance interval of a TOTP code', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.stop());

  const codeAt = (secret: string, { algorithm, digits, period }: Kind, atMs: number) =>
    totpAt(secret, atMs, { algorithm: algorithm.toLowerCase(), digits, period });

  async function enrolledAs(kind: Kind): Promise<{ userId: string; secret: string }> {
    const { algorithm, digits, period } = kind;
    const userId = `${algorithm}-${digits}-${period}`;
    const { id, secret } = await stage.open(userId, { algorithm, digits, period });
    expect((await stage.confirm(userId, id, codeAt(secret, kind, stage.nowMs))).status).toBe(200);
    return { userId, secret };
  }

  /** Tells whether the code is accepted at this instant, for a user without claims and failures. */
  async function isAccepted(userId: string, code: string, atMs: number): Promise<boolean> {
    await stage.service.sql(
      `UPDATE users SET consecutive_failures = 0, recent_failures = '{}', locked_until = NULL,
         claims = (SELECT jsonb_object_agg(key, -1) FROM jsonb_each(claims)) WHERE user_id = $1`,
      [userId],
    );
    await stage.at(atMs);
    return (await stage.verify(userId, code)).status === 200;
  }

  it.each(KINDS)('accepts $algorithm/$digits/$period from 5 s before its step to $late s after it', async (kind) => {
    const user = await enrolledAs(kind);
    const begin = stage.nowMs + 10 * MINUTE;
    const end = begin + (kind.period + kind.late) * SECOND;
    const code = codeAt(user.secret, kind, begin);
    const accepted: number[] = [];
    for (let second = -8; second <= kind.period + kind.late + 2; second += 1)
      if (await isAccepted(user.userId, code, begin + second * SECOND)) accepted.push(second);
    const length = 5 + kind.period + kind.late;
    expect(accepted).toEqual(Array.from({ length }, (_none, index) => index - 5));

    const edges = [begin - 5_001, begin - 5_000, end - 1, end];
    const verdicts: boolean[] = [];
    for (const edge of edges) verdicts.push(await isAccepted(user.userId, code, edge));
    expect(verdicts).toEqual([false, true, true, false]);
  });

  it('refuses a code older than the last accepted one, even within its interval', async () => {
    const user = await stage.user('backwards');
    const older = totpAt(user.secret, stage.nowMs + 30 * SECOND);
    await stage.later(MINUTE);
    expect((await stage.verify('backwards', stage.right(user))).status).toBe(200);
    expect((await stage.verify('backwards', older)).status).toBe(422);
    expect(await stage.verdicts('backwards')).toEqual(['approved', 'replayed_code']);
  });

  it('refuses six digits of an eight-digit code', async () => {
    const { id, secret } = await stage.open('eight', { digits: 8 });
    const code = totpAt(secret, stage.nowMs, { digits: 8 });
    expect((await stage.confirm('eight', id, code.slice(2))).status).toBe(422);
    expect((await stage.confirm('eight', id, code)).status).toBe(200);
    await stage.later(30 * SECOND);
    expect((await stage.verify('eight', totpAt(secret, stage.nowMs))).status).toBe(422);
    expect(await stage.verdicts('eight')).toEqual(['wrong_code', 'wrong_code']);
  });
});
