// T-32. The attacker has one credential with `tenant:admin`, or two tokens of the same client. They want to reset the
// factors of a user and enrol the user anew. One client may only ask; another client must approve, and then the delay
// starts.
import type { Answer } from '../support/api.js';
import {
  actionsTold,
  approve,
  askForTicket,
  begin,
  cancel,
  enrolWith,
  expectOf,
  listed,
  told,
  tokenFor,
  type RecoveryState,
} from '../support/recoveries.js';
import type { Credentials } from '../support/service.js';
import { DAY, MINUTE, SECOND, Stage, statuses, type Pending } from '../support/stage.js';

const HOUR = 60 * MINUTE;
const REASON = { reason: 'Lost phone; seen at the desk' };

describe('a recovery by reset', () => {
  let stage: Stage;
  let second: Credentials;
  let number = 0;

  beforeAll(async () => {
    stage = await Stage.open(2);
    second = await stage.service.client(stage.client.tenantId, 'tenant:admin');
  });
  afterAll(() => stage.stop());

  const user = () => stage.user(`user-${(number += 1)}`);
  const bySecond = async () => ({ token: await tokenFor(stage, second) });
  const seen = ({ status, json }: Answer) => [status, (json() as { code?: string }).code];

  async function asked(userId: string): Promise<string> {
    const state: RecoveryState = expectOf(await begin(stage, userId, REASON), 202);
    expect(state).toMatchObject({ status: 'asked', opensAt: null });
    return state.id;
  }

  it('cannot be completed by one client: not with a second token, after an hour or after a day', async () => {
    const { userId } = await user();
    const id = await asked(userId);
    const again = await tokenFor(stage, stage.client);
    for (const token of [stage.token, again])
      expect(seen(await approve(stage, userId, id, { token }))).toEqual([403, 'second_client_required']);
    expect(seen(await askForTicket(stage, userId, id))).toEqual([409, 'recovery_not_open']);
    await stage.later(HOUR);
    expect((await approve(stage, userId, id)).status).toBe(404);
    await stage.later(DAY);
    expect((await askForTicket(stage, userId, id)).status).toBe(404);
    expect(await actionsTold(stage, userId)).toEqual([
      'recovery.asked',
      'recovery.refused same_client',
      'recovery.refused same_client',
      'recovery.refused not_open_yet',
    ]);
  });

  it('expires if no other client approves within the hour, to the millisecond', async () => {
    const [late, last] = [await user(), await user()];
    const [lateId, lastId] = [await asked(late.userId), await asked(last.userId)];
    await stage.later(HOUR - 1);
    expect((await approve(stage, last.userId, lastId, await bySecond())).status).toBe(200);
    await stage.later(1);
    expect((await approve(stage, late.userId, lateId, await bySecond())).status).toBe(404);
    expect(await listed(stage, late.userId)).toEqual([]);
    expect((await begin(stage, late.userId, REASON)).status).toBe(202);
  });

  it('waits from the approval on, gives its ticket to the asking client, and ends with an enrolment', async () => {
    const owner = await user();
    const { userId } = owner;
    const id = await asked(userId);
    await stage.later(30 * MINUTE);
    const opensAt = new Date(stage.nowMs + DAY).toISOString();
    expect(expectOf(await approve(stage, userId, id, await bySecond()), 200)).toEqual({
      id,
      status: 'waiting',
      opensAt,
    });
    expect(await listed(stage, userId)).toMatchObject([{ by: 'reset', statedReason: REASON.reason, opensAt }]);
    await stage.later(DAY - SECOND);
    expect((await askForTicket(stage, userId, id)).status).toBe(409);
    await stage.later(SECOND);
    expect((await askForTicket(stage, userId, id, await bySecond())).status).toBe(404);
    const { ticket }: { ticket: string } = expectOf(await askForTicket(stage, userId, id), 201);
    const answer = await enrolWith(stage, userId, ticket, { body: { replaces: owner.factorId } });
    const next: Pending = expectOf(answer, 201);
    expect((await stage.confirm(userId, next.id, stage.right(next))).status).toBe(200);
    expect((await stage.factors(userId)).data.map((factor) => factor.id)).toEqual([next.id]);
    const [first, ...rest] = await told(stage, userId);
    expect(first).toMatchObject({ action: 'recovery.asked', details: { by: 'reset', statedReason: REASON.reason } });
    expect(rest.map(({ action, details }) => [action, details?.['opensAt']])).toEqual([
      ['recovery.approved', opensAt],
      ['recovery.refused', undefined],
      ['recovery.refused', undefined],
      ['recovery.ticket_issued', opensAt],
      ['recovery.completed', undefined],
    ]);
  });

  it('is one of 50 parallel requests and one of 50 parallel approvals, over two processes', async () => {
    const { userId } = await user();
    const fifty = Array.from({ length: 50 }, (_none, instance) => instance);
    const asks = await Promise.all(fifty.map((instance) => begin(stage, userId, REASON, { instance })));
    expect(statuses(asks)).toEqual({ 202: 1, 409: 49 });
    const [{ id } = { id: '' }] = await listed(stage, userId);
    const by = await bySecond();
    const approvals = await Promise.all(fifty.map((instance) => approve(stage, userId, id, { ...by, instance })));
    expect(statuses(approvals)).toEqual({ 200: 1, 404: 49 });
  });

  it('ends with a proof of the user, before and after the approval', async () => {
    for (const isApproved of [false, true]) {
      const owner = await user();
      const id = await asked(owner.userId);
      if (isApproved) expect((await approve(stage, owner.userId, id, await bySecond())).status).toBe(200);
      expect((await stage.verify(owner.userId, stage.right(owner))).status).toBe(200);
      expect((await approve(stage, owner.userId, id, await bySecond())).status).toBe(404);
      await stage.later(DAY);
      expect((await askForTicket(stage, owner.userId, id)).status).toBe(404);
      expect((await actionsTold(stage, owner.userId)).at(-1)).toBe('recovery.vetoed');
    }
  });

  it('is refused while another recovery is open, and allowed after that is cancelled', async () => {
    const { userId } = await user();
    const id = await asked(userId);
    expect(seen(await begin(stage, userId, REASON, await bySecond()))).toEqual([409, 'recovery_open']);
    expect(await listed(stage, userId)).toMatchObject([{ id }]);
    expect((await cancel(stage, userId, id, await bySecond())).status).toBe(204);
    expect((await begin(stage, userId, REASON, await bySecond())).status).toBe(202);
  });

  it('is refused for a user who was never enrolled, is unknown or of another tenant, and writes no row', async () => {
    const { userId } = await user();
    await stage.open('never-enrolled');
    const foreign = await tokenFor(stage, await stage.service.tenant());
    const answers = [
      await begin(stage, 'never-enrolled', REASON),
      await begin(stage, 'unknown', REASON),
      await begin(stage, userId, REASON, { token: foreign }),
    ];
    expect(statuses(answers)).toEqual({ 404: 3 });
    expect(await stage.service.sql("SELECT FROM users WHERE user_id = 'unknown'")).toEqual([]);
    expect(await listed(stage, userId)).toEqual([]);
  });

  it('needs the scope of its form; the other form needs the other scope', async () => {
    const { userId } = await user();
    const withCode = await begin(stage, userId, { code: '7K2M-9QXT-04VB-HZ3D' }, await bySecond());
    expect(seen(withCode)).toEqual([403, 'insufficient_scope']);
    expect(withCode.headers['www-authenticate']).toBe(
      'Bearer realm="countersign", error="insufficient_scope", scope="factors:write"',
    );
    expect((await begin(stage, userId, REASON, await bySecond())).status).toBe(202);
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['both forms together', { ...REASON, code: '7K2M-9QXT-04VB-HZ3D' }],
    ['an unknown field', { ...REASON, approved: true }],
    ['a one-time code', { code: '123456' }],
    ['no reason', { reason: '' }],
    ['a blank reason', { reason: '   ' }],
    ['a reason of two lines', { reason: 'Lost\nphone' }],
    ['a reason with a line separator', { reason: 'Lost\u2028phone' }],
    ['a reason with a NUL byte', { reason: 'Lost\0phone' }],
    ['a reason that turns the writing', { reason: 'Lost \u202eenohp' }],
    ['a lone surrogate', { reason: 'Lost \ud83d' }],
    ['201 characters', { reason: 'x'.repeat(201) }],
    ['a number', { reason: 7 }],
  ])('refuses %s as malformed', async (_name, body) => {
    expect((await begin(stage, 'unknown', body)).status).toBe(400);
  });
});
