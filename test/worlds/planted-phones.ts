// Confirmed phones of a scene, row by row as the service would write them. To confirm each by its code would take most
// of the time of a search.
import { createHash } from 'node:crypto';
import { BlindIndex } from '../../src/platform/crypto/blind-index.js';
import type { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Sealer } from '../../src/platform/crypto/sealer.js';
import { RowBinder } from '../../src/platform/keys/row-binder.js';
import { Numbers } from '../../src/phones/numbers.js';
import { NO_ALARM } from '../support/phones.js';
import type { Person } from './cases.js';

/** Facts of a factor that are equal in every confirmed phone. */
const ACTIVE_PHONE = {
  type: 'phone',
  status: 'active',
  expires_at: null,
  totp_algorithm: null,
  totp_digits: null,
  totp_period: null,
  replaces: null,
  granted_by: null,
  granted_ticket: null,
} as const;

const PLANT = `
  WITH wanted AS (
    SELECT * FROM unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::bytea[], $6::bytea[], $7::bytea[], $8::bytea[])
      AS row (user_id, id, at, sealed, index, factor_mac, phone_mac)),
  claimed AS (
    UPDATE users SET claims = users.claims || held.claims
    FROM (SELECT user_id, jsonb_object_agg(id::text, 0) AS claims FROM wanted GROUP BY user_id) AS held
    WHERE users.tenant_id = $1::uuid AND users.user_id = held.user_id),
  active AS (INSERT INTO factors (tenant_id, id, user_id, type, status, created_at, activated_at, row_mac)
             SELECT $1::uuid, id, user_id, 'phone', 'active', at, at, factor_mac FROM wanted)
  INSERT INTO phones (tenant_id, factor_id, user_id, channel, number_sealed, number_index, confirmed_at, row_mac)
  SELECT $1::uuid, id, user_id, 'sms', sealed, index, at, phone_mac FROM wanted`;

export interface Planting {
  /** A UUID. */
  readonly tenantId: string;
  readonly nowMs: number;
  /** The same in both worlds. */
  readonly draw: string;
}

export class PlantedPhones {
  private readonly numbers: Numbers;
  private readonly binder: RowBinder;

  constructor(keyRing: KeyRing) {
    this.numbers = new Numbers(new Sealer(keyRing), new BlindIndex(keyRing), NO_ALARM);
    this.binder = new RowBinder(keyRing);
  }

  /**
   * The statement that plants them. Ids and times depend only on the user and on the number of the user's earlier
   * phones.
   */
  statement(people: readonly Person[], planting: Planting): { text: string; values: unknown[] } {
    const counts = new Map<string, number>();
    const rows = people.flatMap(({ userId, phoneNumber }) => {
      if (phoneNumber === undefined) return [];
      const place = (counts.get(userId) ?? 0) + 1;
      counts.set(userId, place);
      return [this.row({ userId, phoneNumber, place }, planting)];
    });
    const of = <Name extends keyof (typeof rows)[0]>(name: Name) => rows.map((row) => row[name]);
    const columns = [of('userId'), of('factorId'), of('at'), of('sealed'), of('index'), of('factor'), of('phone')];
    return { text: PLANT, values: [planting.tenantId, ...columns] };
  }

  private row(
    { userId, phoneNumber, place }: { userId: string; phoneNumber: string; place: number },
    { tenantId, nowMs, draw }: Planting,
  ) {
    const factorId = uuidOf(`${draw} ${userId} ${place}`);
    // A distinct time for each; otherwise the order of a list would follow from ids, of which some are random.
    const at = new Date(nowMs + place);
    const index = this.numbers.indexOf(tenantId, phoneNumber);
    const owner = { tenant_id: tenantId, user_id: userId };
    const held = { factor_id: factorId, channel: 'sms', number_index: index, confirmed_at: at };
    return {
      userId,
      factorId,
      at,
      index,
      sealed: this.numbers.seal(phoneNumber, { tenantId, factorId }),
      factor: this.binder.bind('factors', { ...ACTIVE_PHONE, ...owner, id: factorId, activated_at: at }),
      phone: this.binder.bind('phones', { ...owner, ...held }),
    };
  }
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-7$3-8$4-$5');
}
