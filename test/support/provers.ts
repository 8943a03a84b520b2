// Each kind of factor as its owner uses it, behind one interface that the behaviour suite uses. Adding a kind of
// factor? Also: an entry in KINDS.
import { call } from './api.js';
import { PhoneDesk, type PhoneOwner } from './phones.js';
import { codesOf } from './recovery.js';
import { SoftwareAuthenticator } from './software-authenticator.js';
import type { Stage } from './stage.js';

const ORIGIN = 'https://app.example.com';
const RP_ID = 'example.com';

/** A challenge as the application got it. */
export interface Opened {
  readonly id: string;
  readonly publicKey?: { readonly challenge: string; readonly rpId: string };
}

export interface Prover {
  readonly userId: string;
  readonly factorId: string;
  /** The body that answers the challenge rightly. Each call uses up a new code or counter. */
  prove(challenge: Opened): object;
  /** An assertion for the header `Step-Up`, by any factor of the user that may authorize it. */
  stepUp(action: string): Promise<string>;
}

export interface Kind {
  readonly type: string;
  enrol(stage: Stage, userId: string): Promise<Prover>;
  /** A factor that was opened but not confirmed; absent for kinds without a pending state. */
  open?(stage: Stage, userId: string): Promise<Prover>;
}

const totp: Kind = {
  type: 'totp',
  enrol: async (stage, userId) => {
    const user = await stage.user(userId);
    return { ...user, prove: () => ({ code: stage.right(user) }), stepUp: (action) => stage.proof(user, action) };
  },
  open: async (stage, userId) => {
    const pending = await stage.open(userId);
    return { userId, factorId: pending.id, prove: () => ({ code: stage.right(pending) }), stepUp: none };
  },
};

const recoveryCodes: Kind = {
  type: 'recovery_codes',
  enrol: async (stage, userId) => {
    const user = await stage.user(userId);
    const { id, codes } = await codesOf(stage, user);
    await stage.later(60_000);
    const unused = [...codes];
    return {
      userId,
      factorId: id,
      prove: () => ({ code: unused.shift() }),
      stepUp: (action) => stage.proof(user, action),
    };
  },
};

const webauthn: Kind = {
  type: 'webauthn',
  enrol: async (stage, userId) => {
    const { prover, created } = await openPasskey(stage, userId);
    const path = `/v1/users/${userId}/factors/${prover.factorId}/confirm`;
    const confirmed = await stage.post(path, { credential: created });
    if (confirmed.status !== 200) throw new Error(`not confirmed: ${confirmed.status} ${confirmed.text}`);
    return prover;
  },
  open: async (stage, userId) => (await openPasskey(stage, userId)).prover,
};

/** Configures all tenants for every kind of factor: a relying party as `tenants set` does, phones as `phones set` does. */
export async function equipTenants(stage: Stage): Promise<void> {
  await stage.service.sql('UPDATE tenants SET webauthn_rp_id = $1, webauthn_origins = $2 WHERE name = $3', [
    RP_ID,
    [ORIGIN],
    'Test',
  ]);
  await stage.service.sql(
    `INSERT INTO phone_settings (tenant_id, via, countries) SELECT id, 'outbox', '{US}' FROM tenants WHERE name = 'Test'
     ON CONFLICT DO NOTHING`,
  );
  await stage.service.bindRows(['tenants', 'phone_settings'], true);
}

const phone: Kind = {
  type: 'phone',
  enrol: async (stage, userId) => {
    const desk = await PhoneDesk.of(stage);
    return phoneProver(stage, desk, await desk.owner(userId, '+12015550123'));
  },
  open: async (stage, userId) => {
    const desk = await PhoneDesk.of(stage);
    const user = await stage.user(userId);
    const phoneId = await desk.begin(user, '+12015550123');
    return phoneProver(stage, desk, { ...user, phoneId, phoneNumber: '+12015550123' });
  },
};

function phoneProver(stage: Stage, desk: PhoneDesk, { phoneId, ...user }: PhoneOwner): Prover {
  return {
    userId: user.userId,
    factorId: phoneId.replace('phn_', 'fac_'),
    prove: ({ id }) => ({ code: desk.codeOfChallenge(id, phoneId) }),
    stepUp: (action) => stage.proof(user, action),
  };
}

async function openPasskey(stage: Stage, userId: string) {
  const opened = await stage.post(`/v1/users/${userId}/factors/webauthn`, {});
  if (opened.status !== 201) throw new Error(`not opened: ${opened.status} ${opened.text}`);
  const { id, publicKey } = opened.json() as { id: string; publicKey: { challenge: string; rp: { id: string } } };
  const authenticator = new SoftwareAuthenticator(ORIGIN);
  const created = authenticator.create(publicKey);
  const prove = ({ publicKey: asked = { challenge: 'none', rpId: RP_ID } }: Opened) => ({
    credential: authenticator.get(asked),
  });
  const stepUp = async (action: string) => {
    const challenge = await opening(stage, { userId, type: 'webauthn', action });
    const answer = await stage.post(`/v1/challenges/${challenge.id}/answer`, prove(challenge));
    return (answer.json() as { assertion: string }).assertion;
  };
  return { prover: { userId, factorId: id, prove, stepUp }, created };
}

const none = () => Promise.reject(new Error('a pending factor proves nothing'));

export interface Asking {
  readonly userId: string;
  readonly type: string;
  readonly action?: string;
  readonly token?: string;
}

/** Opens a challenge. */
export async function opening(stage: Stage, { userId, token = stage.token, ...body }: Asking): Promise<Opened> {
  const answer = await call(stage.service.url, { path: `/v1/users/${userId}/challenges`, token, body });
  if (answer.status !== 201) throw new Error(`no challenge: ${answer.status} ${answer.text}`);
  return answer.json() as Opened;
}

export const KINDS: readonly Kind[] = [totp, recoveryCodes, webauthn, phone];
