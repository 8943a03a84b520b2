// People with phones, for the routes that are asked about numbers. Their authenticators are enrolled through the
// service's own routes. The phones are written by SQL, row by row as the service would write them. A proof for each
// would move the clock, which stands still here. All in random order over the kinds (members.ts).
import { randomInt } from 'node:crypto';
import { addClient } from '../../bench/seed.js';
import { withClient } from '../../bench/postgres.js';
import { CODE_MS } from '../../src/phones/code-life.policy.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import { fromTypeId, newUuid } from '../../src/platform/crypto/type-id.js';
import { tokenOf, type Answer, type EnrolledUser } from '../support/api.js';
import { PhoneDesk } from '../support/phones.js';
import type { Stage } from '../support/stage.js';
import type { Asked } from './endpoint.js';
import { begun } from './members.js';
import { shuffled, type Members } from './plan.js';

/** The state of a user's phone; `none`: the user never had one. */
export type PhoneState = 'active' | 'pending' | 'removed' | 'none';

export interface PhoneKind {
  /** The number of members: as for the reference, or as for the other classes. */
  readonly as: keyof Members;
  readonly phone: PhoneState;
  /** In another tenant. */
  readonly isForeign?: boolean;
}

export type PhoneKinds = Readonly<Record<string, PhoneKind>>;

export interface Person {
  readonly userId: string;
  readonly phoneNumber: string;
}

interface Counted extends Omit<PhoneKind, 'as'> {
  readonly kind: string;
  readonly count: number;
}

interface Given extends Person {
  readonly tenantId: string;
  readonly id: string;
  readonly state: PhoneState;
  /** The authenticator that proved. */
  readonly by: string;
}

interface OtherTenant {
  readonly tenantId: string;
  readonly token: string;
}

/**
 * Numbers of the tenant's one country, Spain, and of a blocked country, Romania: equally long, and read equally fast.
 * Polish numbers take a microsecond longer, which shows after 20,000 times.
 */
const ALLOWED = { lead: '+346', digits: 8 };
const BLOCKED = { lead: '+4072', digits: 7 };
const WORDS = { countries: 'ES', lookups: 'on' };
/** Sends the first request, and is not a member of any class. */
const FIRST = 'first';
const clock = new SystemClock();

// As EnrolmentService.add and CONFIRM_PHONE write them.
const GIVE = `
  WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bytea[], $6::bytea[])
      AS given(tenant_id, id, user_id, by, sealed, index)
  ),
  opened AS (
    INSERT INTO factors (tenant_id, id, user_id, type, status, created_at, activated_at, expires_at, granted_by)
    SELECT tenant_id, id, user_id, 'phone', CASE WHEN index IS NULL THEN 'pending' ELSE 'active' END, $7::timestamptz,
      CASE WHEN index IS NOT NULL THEN $7::timestamptz END, CASE WHEN index IS NULL THEN $8::timestamptz END,
      CASE WHEN index IS NULL THEN by::uuid END FROM given
  ),
  numbered AS (
    INSERT INTO phones (tenant_id, factor_id, user_id, channel, number_sealed, number_index, confirmed_at)
    SELECT tenant_id, id, user_id, 'sms', sealed, index, CASE WHEN index IS NOT NULL THEN $7::timestamptz END FROM given
  )
  UPDATE users SET
    claims = CASE WHEN index IS NULL THEN claims ELSE claims || jsonb_build_object(id::text, 0) END,
    pending = CASE WHEN index IS NULL THEN pending || jsonb_build_object(id::text, jsonb_build_object('by', by)) ELSE pending END
  FROM given WHERE users.tenant_id = given.tenant_id AND users.user_id = given.user_id`;

// As FactorRepository.remove does.
const REMOVE = `
  WITH gone AS (DELETE FROM factors WHERE id = ANY($1::uuid[]) RETURNING tenant_id, user_id, id)
  UPDATE users SET claims = claims - gone.id::text FROM gone
  WHERE users.tenant_id = gone.tenant_id AND users.user_id = gone.user_id`;

export class PhonePeople {
  private readonly people = new Map<string, Person[]>();
  private readonly taken = new Set<string>();

  private constructor(
    private readonly stage: Stage,
    readonly desk: PhoneDesk,
  ) {}

  static async of(stage: Stage, members: Members, kinds: PhoneKinds): Promise<PhonePeople> {
    const people = new PhonePeople(stage, await deskOf(stage));
    const counted = Object.entries(kinds).map(([kind, { as, ...rest }]) => ({ ...rest, kind, count: members[as] }));
    await people.make([...counted, { kind: FIRST, count: 1, phone: 'active' }]);
    return people;
  }

  of(kind: string): readonly Person[] {
    return this.people.get(kind) ?? [];
  }

  /** Unregistered numbers. */
  free(count: number): string[] {
    return Array.from({ length: count }, () => this.number(ALLOWED));
  }

  /** The same, in a country that the tenant does not allow. */
  blocked(count: number): string[] {
    return Array.from({ length: count }, () => this.number(BLOCKED));
  }

  /**
   * The first request, from a user with a phone. It creates the rows of all shared budgets, and shows that the service
   * finds phones written by SQL. Returns when the work after it is done.
   */
  async askFirst(request: (person: Person) => Asked): Promise<Answer> {
    const [person] = this.of(FIRST);
    if (!person) throw new Error('BUG: there is no first person');
    const { path, body } = request(person);
    const answer = await this.stage.post(path, body);
    await this.desk.settled();
    return answer;
  }

  /** Throws if no code was sent to the first person. */
  mustHaveSent(): void {
    const [first] = this.of(FIRST);
    if (!this.desk.sent().some(({ phoneNumber }) => phoneNumber === first?.phoneNumber))
      throw new Error('no code was sent to a phone that was written as the service would');
  }

  private async make(kinds: readonly Counted[]): Promise<void> {
    const elsewhere = await otherTenant(this.stage);
    const tokenFor = ({ isForeign }: Counted) => (isForeign ? { token: elsewhere.token } : {});
    const users = await begun(
      this.stage,
      kinds.map((one) => ({ kind: one.kind, count: one.count, ...tokenFor(one) })),
    );
    const given = kinds.flatMap(({ kind, phone, isForeign }) => {
      const tenantId = isForeign ? elsewhere.tenantId : this.desk.tenantId;
      const ofKind = (users.get(kind) ?? []).map((user) => this.given(user, tenantId, phone));
      this.people.set(kind, ofKind);
      return ofKind;
    });
    await this.write(shuffled(given.filter(({ state }) => state !== 'none')));
  }

  private given({ userId, factorId }: EnrolledUser, tenantId: string, state: PhoneState): Given {
    const by = fromTypeId('fac', factorId) ?? '';
    return { userId, tenantId, state, by, id: '', phoneNumber: this.number(ALLOWED) };
  }

  private async write(phones: readonly Given[]): Promise<void> {
    // In the order of writing, as the service's ids are.
    const rows = phones.map((phone) => ({ ...phone, id: newUuid(clock) }));
    const { numbers } = this.desk;
    const { nowMs, service } = this.stage;
    await service.sql(GIVE, [
      rows.map(({ tenantId }) => tenantId),
      rows.map(({ id }) => id),
      rows.map(({ userId }) => userId),
      rows.map(({ by }) => by),
      rows.map(({ tenantId, id, phoneNumber }) => numbers.seal(phoneNumber, { tenantId, factorId: id })),
      rows.map(({ tenantId, state, phoneNumber }) =>
        state === 'pending' ? null : numbers.indexOf(tenantId, phoneNumber),
      ),
      new Date(nowMs),
      new Date(nowMs + CODE_MS),
    ]);
    await service.bindRows(['factors', 'phones']);
    await service.sql(REMOVE, [rows.filter(({ state }) => state === 'removed').map(({ id }) => id)]);
  }

  /** A number that was not given before. */
  private number(range: typeof ALLOWED): string {
    for (;;) {
      const number = range.lead + String(randomInt(10 ** range.digits)).padStart(range.digits, '0');
      if (this.taken.has(number)) continue;
      this.taken.add(number);
      return number;
    }
  }
}

/** Sets the tenant's phones. */
export function deskOf(stage: Stage): Promise<PhoneDesk> {
  return PhoneDesk.of(stage, WORDS);
}

async function otherTenant(stage: Stage): Promise<OtherTenant> {
  const client = await withClient(stage.service.databaseUrl, (owner) => addClient(owner, ['factors:write']));
  await stage.service.bindRows(['tenants', 'clients', 'client_secrets']);
  return { tenantId: client.tenantId, token: await tokenOf(stage.service.url, client) };
}
