// The requests of an intruder about another tenant, each in two versions: with an existing object and with an unknown
// one. If the answers differed, they would reveal that the object exists.
import type { LabTenant } from './server/ground.js';
import type { Victims } from './victims.js';

/** The end of an unknown id. */
export const NONE = '01kaqy4zq7e1kvf3xh2vbsrzq0';
const TENANT_HEADERS = ['x-tenant', 'x-tenant-id', 'x-client-id', 'x-original-url'];

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request about an object of the other tenant, and the same about an unknown one. */
export type Pair = readonly [foreign: Ask, unknown: Ask];

export function pairsOf(victims: Victims, others: LabTenant): Pair[] {
  return [...ofUsers(victims, others), ...ofProofs(victims), ...ofDevicesAndPhones(victims), ...ofTheRest(victims)];
}

function ofUsers({ things, code }: Victims, { tenantId }: LabTenant): Pair[] {
  const { ada, stepUp, recoveryId } = things;
  const [own, stranger] = ['/v1/users/ada', '/v1/users/unknown'];
  const list = { path: `${stranger}/factors` };
  const reset = (path: string, id: string) => `${path}/recovery/${id}`;
  const [made, none] = [reset('/v1/users/rita', recoveryId), reset(stranger, `rcv_${NONE}`)];
  return [
    [{ path: `${own}/factors` }, list],
    ...TENANT_HEADERS.map((name): Pair => [{ path: `${own}/factors`, headers: { [name]: tenantId } }, list]),
    [{ path: `${own}/factors?tenant=${tenantId}` }, { path: `${stranger}/factors?tenant=ten_${NONE}` }],
    [
      { path: `${own}/verify`, body: { code, tenant: tenantId } },
      { path: `${stranger}/verify`, body: { code, tenant: `ten_${NONE}` } },
    ],
    [
      { method: 'DELETE', path: `${own}/factors/${ada.factorId}` },
      { method: 'DELETE', path: `${stranger}/factors/fac_${NONE}` },
    ],
    [
      { method: 'DELETE', path: `${own}/factors/${ada.factorId}`, headers: { 'step-up': stepUp } },
      { method: 'DELETE', path: `${stranger}/factors/fac_${NONE}`, headers: { 'step-up': altered(stepUp) } },
    ],
    [{ path: `${own}/recovery` }, { path: `${stranger}/recovery` }],
    [{ path: '/v1/users/rita/recovery' }, { path: `${stranger}/recovery` }],
    [
      { method: 'POST', path: `${made}/approve` },
      { method: 'POST', path: `${none}/approve` },
    ],
    [
      { method: 'POST', path: `${made}/ticket` },
      { method: 'POST', path: `${none}/ticket` },
    ],
    [
      { method: 'DELETE', path: made },
      { method: 'DELETE', path: none },
    ],
    [
      { method: 'POST', path: `${own}/unlock` },
      { method: 'POST', path: `${stranger}/unlock` },
    ],
    [
      { method: 'POST', path: `${own}/reopen-codes` },
      { method: 'POST', path: `${stranger}/reopen-codes` },
    ],
  ];
}

function ofProofs({ things, code }: Victims): Pair[] {
  const { pending, challengeId, assertion } = things;
  const challenge = (id: string) => `/v1/challenges/${id}`;
  const [made, none] = [challenge(challengeId), challenge(`chl_${NONE}`)];
  const confirm = (userId: string, id: string) => ({
    path: `/v1/users/${userId}/factors/${id}/confirm`,
    body: { code: pending.code },
  });
  return [
    [
      { path: '/v1/users/ada/verify', body: { code } },
      { path: '/v1/users/unknown/verify', body: { code } },
    ],
    [confirm('pia', pending.id), confirm('unknown', `fac_${NONE}`)],
    [{ path: made }, { path: none }],
    [
      { path: `${made}/answer`, body: { code } },
      { path: `${none}/answer`, body: { code } },
    ],
    [
      { method: 'POST', path: `${made}/resend` },
      { method: 'POST', path: `${none}/resend` },
    ],
    [
      { path: '/v1/assertions/spend', body: { assertion } },
      { path: '/v1/assertions/spend', body: { assertion: altered(assertion) } },
    ],
  ];
}

function ofDevicesAndPhones({ things }: Victims): Pair[] {
  const { device, pendingDevice, phone, lookUp, phoneNumber } = things;
  const unregistered = '+12125550100';
  const answer = (id: string) => ({ path: `/v1/blind-lookups/${id}/answer`, body: { code: lookUp.code } });
  const confirm = (path: string, code: string) => ({ path: `${path}/confirm`, body: { code } });
  const [ownDevice, noDevice] = [`/v1/users/dora/devices/${device}`, `/v1/users/unknown/devices/dev_${NONE}`];
  const [ownPhone, noPhone] = [`/v1/users/ada/phones/${phone.id}`, `/v1/users/unknown/phones/phn_${NONE}`];
  return [
    [{ path: '/v1/users/dora/devices' }, { path: '/v1/users/unknown/devices' }],
    [
      { method: 'DELETE', path: ownDevice },
      { method: 'DELETE', path: noDevice },
    ],
    [confirm(`/v1/users/dori/devices/${pendingDevice.id}`, pendingDevice.code), confirm(noDevice, pendingDevice.code)],
    [{ path: '/v1/users/ada/phones' }, { path: '/v1/users/unknown/phones' }],
    [
      { method: 'DELETE', path: ownPhone },
      { method: 'DELETE', path: noPhone },
    ],
    [
      { method: 'POST', path: `${ownPhone}/resend` },
      { method: 'POST', path: `${noPhone}/resend` },
    ],
    [confirm(ownPhone, phone.code), confirm(noPhone, phone.code)],
    [
      { path: '/v1/phone-lookups', body: { phoneNumber } },
      { path: '/v1/phone-lookups', body: { phoneNumber: unregistered } },
    ],
    [
      { path: `/v1/users/ada/phone-match`, body: { phoneNumber } },
      { path: `/v1/users/unknown/phone-match`, body: { phoneNumber: unregistered } },
    ],
    [
      { path: '/v1/blind-lookups', body: { phoneNumber } },
      { path: '/v1/blind-lookups', body: { phoneNumber: unregistered } },
    ],
    [answer(lookUp.id), answer(`bll_${NONE}`)],
  ];
}

function ofTheRest({ things: { endpointId } }: Victims): Pair[] {
  const endpoint = (id: string) => `/v1/webhook-endpoints/${id}`;
  const [made, none] = [endpoint(endpointId), endpoint(`whe_${NONE}`)];
  return [
    [
      { method: 'POST', path: `${made}/rotate-secret` },
      { method: 'POST', path: `${none}/rotate-secret` },
    ],
    [
      { method: 'DELETE', path: made },
      { method: 'DELETE', path: none },
    ],
  ];
}

function altered(assertion: string): string {
  const [head = '', claims = '', signature = ''] = assertion.split('.');
  return [head, claims, Buffer.from(signature, 'base64url').reverse().toString('base64url')].join('.');
}
