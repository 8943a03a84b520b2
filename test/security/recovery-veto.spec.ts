// T-31. The attacker has started a recovery in the user's name and gets as far as they can. The owner, who has lost no
// factor, proves their identity meanwhile, or tells the tenant “it was not me”. From then on no step of the recovery
// may count.
import { call } from '../support/api.js';
import {
  actionsTold,
  askForTicket,
  begin,
  cancel,
  enrolWith,
  expectOf,
  listed,
  type RecoveryState,
} from '../support/recoveries.js';
import { ownerOf, type Owner } from '../support/recovery.js';
import { DAY, MINUTE, SECOND, Stage, type Pending } from '../support/stage.js';

/** How far the attacker has come. */
const STAGES = ['waiting', 'open', 'ticket_issued', 'enrolling'] as const;
type StageName = (typeof STAGES)[number];

interface Attack {
  readonly id: string;
  readonly ticket: string | undefined;
  readonly pending: Pending | undefined;
}

describe('a recovery is ended', () => {
  let stage: Stage;
  let number = 0;

  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.stop());

  const owner = () => ownerOf(stage, `owner-${(number += 1)}`);

  async function attack(user: Owner, until: StageName): Promise<Attack> {
    const { id }: RecoveryState = expectOf(await begin(stage, user.userId, { code: user.first }), 202);
    await stage.later(until === 'waiting' ? MINUTE : DAY);
    if (until === 'waiting' || until === 'open') return { id, ticket: undefined, pending: undefined };
    const { ticket }: { ticket: string } = expectOf(await askForTicket(stage, user.userId, id), 201);
    if (until === 'ticket_issued') return { id, ticket, pending: undefined };
    return { id, ticket, pending: expectOf(await enrolWith(stage, user.userId, ticket), 201) };
  }

  /** Every next step of the attacker is refused, and the owner's factors are unchanged. */
  async function expectNothingLeft(user: Owner, { id, ticket = '', pending }: Attack): Promise<void> {
    expect(await listed(stage, user.userId)).toEqual([]);
    expect((await askForTicket(stage, user.userId, id)).status).toBe(404);
    await stage.later(DAY);
    expect((await askForTicket(stage, user.userId, id)).status).toBe(404);
    if (ticket !== '') expect((await enrolWith(stage, user.userId, ticket)).status).toBe(403);
    const { data } = await stage.factors(user.userId);
    expect(data.filter(({ status }) => status === 'active').map((factor) => factor.id)).toEqual([
      user.factorId,
      user.set.id,
    ]);
    if (pending) expect((await stage.confirm(user.userId, pending.id, stage.right(pending))).status).toBe(422);
  }

  const confirmed = async (user: Owner, { pending }: Attack) =>
    pending ? (await stage.confirm(user.userId, pending.id, stage.right(pending))).status : null;

  describe.each(STAGES)('while it is at the stage %s', (name) => {
    it('by a sign-in with the authenticator', async () => {
      const user = await owner();
      const made = await attack(user, name);
      expect(await listed(stage, user.userId)).toMatchObject([{ id: made.id, status: name }]);
      expect((await stage.verify(user.userId, stage.right(user))).status).toBe(200);
      // The confirmation is refused immediately, while the pending factor still exists.
      expect(await confirmed(user, made)).toBe(name === 'enrolling' ? 422 : null);
      await expectNothingLeft(user, made);
      expect((await actionsTold(stage, user.userId)).filter((action) => action === 'recovery.vetoed')).toHaveLength(1);
    });

    it('by the tenant, for the right user and recovery only', async () => {
      const user = await owner();
      const made = await attack(user, name);
      expect((await cancel(stage, 'somebody-else', made.id)).status).toBe(404);
      expect((await cancel(stage, user.userId, 'rcv_01kaqy4zq7e1kvf3xh2vbsrzq0')).status).toBe(404);
      expect((await cancel(stage, user.userId, made.id)).status).toBe(204);
      expect((await cancel(stage, user.userId, made.id)).status).toBe(404);
      expect(await confirmed(user, made)).toBe(name === 'enrolling' ? 422 : null);
      await expectNothingLeft(user, made);
      expect((await actionsTold(stage, user.userId)).at(-1)).toBe('recovery.cancelled');
    });
  });

  it('by a sign-in with another recovery code', async () => {
    const user = await owner();
    const made = await attack(user, 'ticket_issued');
    expect((await stage.verify(user.userId, user.set.codes[1] ?? '')).status).toBe(200);
    await expectNothingLeft(user, made);
  });

  it('by another code that starts a new recovery, with a delay of its own', async () => {
    const user = await owner();
    const made = await attack(user, 'open');
    const [, second = ''] = user.set.codes;
    const own: RecoveryState = expectOf(await begin(stage, user.userId, { code: second }), 202);
    expect(own.opensAt).toBe(new Date(stage.nowMs + DAY).toISOString());
    expect((await askForTicket(stage, user.userId, made.id)).status).toBe(404);
    expect(await actionsTold(stage, user.userId)).toEqual(['recovery.begun', 'recovery.begun', 'recovery.vetoed']);
    expect((await begin(stage, user.userId, { code: user.first })).status).toBe(422);
    expect(await listed(stage, user.userId)).toMatchObject([{ id: own.id }]);
  });

  it('by the confirmation of a factor that the authenticator authorized', async () => {
    const user = await owner();
    await stage.later(MINUTE);
    const assertion = await stage.proof(user, 'factors.add');
    const path = `/v1/users/${user.userId}/factors/totp`;
    const headers = { 'step-up': assertion };
    const opened = await call(stage.service.url, { path, token: stage.token, body: {}, headers });
    const own: Pending = expectOf(opened, 201);
    const { id }: RecoveryState = expectOf(await begin(stage, user.userId, { code: user.first }), 202);
    expect((await stage.confirm(user.userId, own.id, stage.right(own))).status).toBe(200);
    expect(await listed(stage, user.userId)).toEqual([]);
    await stage.later(DAY);
    expect((await askForTicket(stage, user.userId, id)).status).toBe(404);
    expect((await actionsTold(stage, user.userId)).at(-1)).toBe('recovery.vetoed');
  });

  it('not by refused proofs: guessing the owner’s codes does not stop a recovery', async () => {
    const user = await owner();
    const { id } = await attack(user, 'open');
    for (const code of stage.wrong(user, 7)) expect((await stage.verify(user.userId, code)).status).toBe(422);
    await stage.later(SECOND);
    expect(await listed(stage, user.userId)).toMatchObject([{ id, status: 'open' }]);
    expect((await askForTicket(stage, user.userId, id)).status).toBe(201);
  });
});
