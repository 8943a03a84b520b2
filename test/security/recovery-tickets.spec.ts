// T-31, T-13. The attacker has another person's ticket, uses a ticket twice, or wants more than a new factor from it.
// The matrix comes from the inventory: every route whose contract names a step-up is tried with every such ticket.
import { mintToken } from '../../src/platform/crypto/token.js';
import { call, enrolled, tokenOf, type Answer, type EnrolledUser } from '../support/api.js';
import { inventory, nameOf, requestOf, type Route } from '../support/inventory.js';
import { Passkeys } from '../support/passkeys.js';
import { PhoneDesk } from '../support/phones.js';
import { enrolWith, ticketByReset, type Administrators } from '../support/recoveries.js';
import { MINUTE, Stage } from '../support/stage.js';

const guarded = inventory().routes.filter(({ stepUp }) => stepUp !== undefined);
const UNKNOWN = 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0';
const isOfPhone = ({ path }: Route) => path.endsWith('/phones');
const adding = guarded.filter(({ stepUp }) => stepUp === 'factors.add');

interface Scene {
  readonly stage: Stage;
  readonly user: EnrolledUser;
  readonly administrators: Administrators;
  /** Clients of another tenant. */
  readonly strangers: Administrators;
}

/** Tickets of recoveries, sent instead of an assertion. */
const TICKETS: Readonly<Record<string, (scene: Scene) => Promise<string>>> = {
  'made up': () => Promise.resolve(mintToken('rtk')),
  'of another user': async ({ stage, user, administrators }) => {
    const other = await stage.user(`${user.userId}-with-ticket`);
    return ticketByReset(stage, other.userId, administrators);
  },
  'of the same name in another tenant': async ({ stage, user, strangers }) => {
    await enrolled(stage.service.url, await tokenOf(stage.service.url, strangers.first), user.userId, stage.nowMs);
    return ticketByReset(stage, user.userId, strangers);
  },
  'an hour old': async ({ stage, user, administrators }) => {
    const ticket = await ticketByReset(stage, user.userId, administrators);
    await stage.later(60 * MINUTE);
    return ticket;
  },
  'used before': async ({ stage, user, administrators }) => {
    const ticket = await ticketByReset(stage, user.userId, administrators);
    expect((await enrolWith(stage, user.userId, ticket)).status).toBe(201);
    return ticket;
  },
  'twice in one request': async ({ stage, user, administrators }) => {
    const ticket = await ticketByReset(stage, user.userId, administrators);
    return `${ticket}, ${ticket}`;
  },
};

describe('the ticket of a recovery', () => {
  let stage: Stage;
  let administrators: Administrators;
  let strangers: Administrators;

  beforeAll(async () => {
    stage = await Stage.open();
    await Passkeys.of(stage);
    await PhoneDesk.of(stage);
    const of = async (first: Administrators['first'] & { tenantId: string }) => ({
      first,
      second: await stage.service.client(first.tenantId, 'tenant:admin'),
    });
    [administrators, strangers] = [await of(stage.client), await of(await stage.service.tenant())];
  });
  afterAll(() => stage.stop());

  const factorsOf = (userId: string) =>
    stage.service.sql('SELECT id, status FROM factors WHERE user_id = $1 ORDER BY tenant_id, id', [userId]);

  function send(route: Route, user: EnrolledUser, ticket: string): Promise<Answer> {
    const wish = requestOf(route, { userId: user.userId, factorId: user.factorId });
    const body = route.consumes === undefined || isOfPhone(route) ? {} : { body: {} };
    return call(stage.service.url, { ...wish, ...body, headers: { 'step-up': ticket }, token: stage.token });
  }

  const tickets = adding.flatMap((route) =>
    Object.keys(TICKETS).map((defect) => [nameOf(route), defect, route] as const),
  );
  it.each(tickets)('%s refuses a ticket that is %s', async (_name, defect, route) => {
    const user = await stage.user(`ticket-${route.controller}-${Object.keys(TICKETS).indexOf(defect)}`);
    const ticket = (await TICKETS[defect]?.({ stage, user, administrators, strangers })) ?? '';
    const before = await factorsOf(user.userId);
    const answer = await send(route, user, ticket);
    expect([answer.status, answer.json().code]).toEqual([403, 'step_up_required']);
    expect(await factorsOf(user.userId)).toEqual(before);
  });

  it('opens one new factor and nothing else, and a refused use does not use it up', async () => {
    const user = await stage.user('with-ticket');
    const ticket = await ticketByReset(stage, user.userId, administrators);
    // The removal of a device or phone needs an existing one: step-up.spec.ts. A phone cannot be enrolled by a
    // recovery.
    const others = guarded.filter(
      (one) => isOfPhone(one) || (!adding.includes(one) && !/:(device|phone)Id/.test(one.path)),
    );
    expect(others.filter(isOfPhone)).toHaveLength(1);
    for (const route of others)
      expect([nameOf(route), (await send(route, user, ticket)).status]).toEqual([nameOf(route), 403]);
    expect((await enrolWith(stage, user.userId, ticket, { body: { replaces: UNKNOWN } })).status).toBe(404);
    expect((await enrolWith(stage, user.userId, ticket)).status).toBe(201);
    expect((await enrolWith(stage, user.userId, ticket)).status).toBe(403);
  });
});
