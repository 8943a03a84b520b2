// R-06, T-47. The attacker can write to the database but does not have the key ring. They change each fact of each kind
// of row that grants access, and then use the credential that depends on the row.
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { BINDINGS, type BindingName } from '../../src/platform/keys/bindings.js';
import { tokenOf, type EnrolledUser } from '../support/api.js';
import { changed } from '../support/changed-values.js';
import { equipTenants, KINDS, opening, type Prover } from '../support/provers.js';
import { ownerOf, type Owner } from '../support/recovery.js';
import type { Credentials } from '../support/service.js';
import { deviceOf, type SoftwareDevice } from '../support/software-device.js';
import { MINUTE, SECOND, Stage } from '../support/stage.js';

describe('a writer in the database', () => {
  let stage: Stage;
  let victim: EnrolledUser;
  let owner: Owner;
  let device: SoftwareDevice;
  let passkey: Prover;
  let other: Credentials;
  /** A client in a tenant of its own: the tenant of the others must not demand bound tokens, even for a second. */
  let another: Credentials & { tenantId: string };

  beforeAll(async () => {
    stage = await Stage.open(1);
    await equipTenants(stage);
    victim = await stage.user('victim');
    await stage.user('mallory');
    owner = await ownerOf(stage, 'owner');
    device = await deviceOf(stage, 'holder');
    await stage.later(11 * MINUTE);
    const webauthn = KINDS.find(({ type }) => type === 'webauthn');
    if (webauthn === undefined) throw new Error('no passkeys');
    passkey = await webauthn.enrol(stage, 'keyed');
    another = await stage.service.tenant('verify');
    other = await stage.service.client(stage.client.tenantId, 'verify');
  });
  afterAll(() => stage.stop());

  const idOf = (typeId: string) => fromTypeId(typeId.slice(0, 3), typeId) ?? '';

  /** The status of a right proof. */
  const verified = async (user: EnrolledUser) => {
    await stage.later(30 * SECOND);
    return (await stage.verify(user.userId, stage.right(user))).status;
  };
  const token = (client: Credentials) =>
    tokenOf(stage.service.url, client).then(
      () => 200,
      (error: unknown) => Number(/no token: (\d+)/.exec(String(error))?.[1]),
    );
  const listened = async () => (await device.call({ path: '/v1/device/challenges' })).status;
  const signed = async () => {
    const challenge = await opening(stage, { userId: 'keyed', type: 'webauthn' });
    return (await stage.post(`/v1/challenges/${challenge.id}/answer`, passkey.prove(challenge))).status;
  };
  let codes = 1;
  const recovered = async () => {
    await stage.later(MINUTE);
    return (await stage.verify('owner', owner.set.codes[(codes += 1)] ?? '')).status;
  };

  interface Probe {
    readonly name: BindingName;
    /** The row that is changed. */
    readonly row: () => string;
    readonly works: () => Promise<number>;
    /** Facts that prevent the row from being found, or that the database itself protects. */
    readonly except?: readonly string[];
  }

  const PROBES: readonly Probe[] = [
    {
      name: 'factors',
      row: () => `id = '${idOf(victim.factorId)}'`,
      works: () => verified(victim),
      except: ['tenant_id', 'id'],
    },
    {
      name: 'devices',
      row: () => `factor_id = '${idOf(device.factorId)}'`,
      works: listened,
      except: ['tenant_id', 'factor_id'],
    },
    {
      name: 'webauthn_credentials',
      row: () => `factor_id = '${idOf(passkey.factorId)}'`,
      works: signed,
      except: ['tenant_id', 'factor_id'],
    },
    {
      name: 'recovery_codes',
      row: () => `user_id = 'owner'`,
      works: recovered,
      except: ['tenant_id', 'id', 'selector', 'factor_id'],
    },
    {
      name: 'clients',
      row: () => `id = '${fromTypeId('cli', other.clientId) ?? ''}'`,
      works: () => token(other),
      except: ['tenant_id', 'id'],
    },
    {
      name: 'client_secrets',
      row: () => `client_id = '${fromTypeId('cli', other.clientId) ?? ''}'`,
      works: () => token(other),
      except: ['tenant_id', 'client_id', 'slot'],
    },
    {
      name: 'tenants',
      row: () => `id = '${fromTypeId('ten', another.tenantId) ?? ''}'`,
      works: () => token(another),
      except: ['id'],
    },
  ];

  it.each(PROBES.map((probe) => [probe.name, probe] as const))(
    'cannot change a fact of %s: the proof or token is refused',
    async (name, { row, works, except = [] }) => {
      const { table, facts, key } = BINDINGS[name];
      expect(await works()).toBe(200);
      await stage.service.sql('DROP TABLE IF EXISTS kept');
      await stage.service.sql(`CREATE TABLE kept AS SELECT * FROM ${table} WHERE ${row()}`);
      const tried: string[] = [];
      const written: string[] = [];
      for (const fact of facts.filter((each) => !except.includes(each))) {
        const where = row();
        const [held] = await stage.service.sql(`SELECT ${fact} AS value FROM ${table} WHERE ${where}`);
        // This runs as the owner, who has more rights than the service's role. A value that the schema refuses needs no
        // MAC.
        const text = `UPDATE ${table} SET ${fact} = ${changed(fact, held?.['value'])} WHERE ${where}`;
        const isWritten = await stage.service.sql(text).then(
          () => true,
          (error: unknown) => !String(error).includes('violates check constraint'),
        );
        if (!isWritten) continue;
        if ((await works()) === 200) tried.push(fact);
        const same = Object.keys(key).map((each) => `held.${each} = kept.${each}`);
        await stage.service.sql(
          `UPDATE ${table} AS held SET ${fact} = kept.${fact} FROM kept WHERE ${same.join(' AND ')}`,
        );
        written.push(fact);
      }
      expect(await works()).toBe(200);
      expect(tried).toEqual([]);
      expect(written.length).toBeGreaterThan(0);
    },
    60_000,
  );
});
