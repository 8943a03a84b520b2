// A registered app in this process, for specs that need many apps, or one that lies. Written with jose, independent of
// the reference device of examples/: two implementations show that the contract is clear.
import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type JWK, type CryptoKey } from 'jose';
import { call, type Answer } from './api.js';

export type DeviceAlgorithm = 'ES256' | 'EdDSA';

export interface Offer {
  readonly registrationId: string;
  readonly ticket: string;
  readonly nonce: string;
  readonly registrationUri: string;
  readonly expiresAt: string;
}

export interface Waiting {
  readonly id: string;
  readonly action?: string;
  readonly context?: Record<string, unknown>;
}

/** Changes to the content before it is signed, and the signing key. */
export interface Lie {
  readonly header?: object;
  readonly claims?: object;
  readonly key?: CryptoKey;
}

export interface DeviceWish {
  readonly method?: string;
  readonly path: string;
  readonly body?: object;
  readonly instance?: number;
  readonly lie?: Lie;
  /** Sent instead of a proof made for this request. */
  readonly proof?: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

/** Where a device registers and calls. A stage is one. */
export interface DeviceStage {
  readonly urls: readonly string[];
  readonly nowMs: number;
  /** Of a client that may register devices. */
  readonly token: string;
  readonly service: { readonly url: string; readonly issuer: string };
}

export class SoftwareDevice {
  private constructor(
    private readonly stage: DeviceStage,
    readonly offer: Offer,
    readonly privateKey: CryptoKey,
    readonly publicKey: JWK,
    readonly algorithm: DeviceAlgorithm,
  ) {}

  static async with(stage: DeviceStage, offer: Offer, algorithm: DeviceAlgorithm = 'ES256'): Promise<SoftwareDevice> {
    const pair = await generateKeyPair(algorithm, { extractable: true });
    return new SoftwareDevice(stage, offer, pair.privateKey, await exportJWK(pair.publicKey), algorithm);
  }

  get id(): string {
    return this.offer.registrationId;
  }

  get factorId(): string {
    return this.id.replace('dev_', 'fac_');
  }

  get tenant(): string {
    return new URL(this.offer.registrationUri).searchParams.get('tenant') ?? '';
  }

  /** One name for all instances. */
  get issuer(): string {
    return this.stage.service.issuer;
  }

  async code(): Promise<string> {
    const digest = createHash('sha256')
      .update(`${this.offer.nonce}.${await calculateJwkThumbprint(this.publicKey)}`)
      .digest();
    return String(digest.readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
  }

  sign(
    typ: string,
    claims: object,
    { header = {}, claims: changed = {}, key = this.privateKey }: Lie = {},
  ): Promise<string> {
    return new SignJWT({ ...claims, ...changed }).setProtectedHeader({ alg: this.algorithm, typ, ...header }).sign(key);
  }

  /** The body of a registration. */
  async registration(lie: Lie = {}): Promise<Record<string, unknown>> {
    const { registrationId, ticket, nonce } = this.offer;
    const claims = { tenant: this.tenant, sub: registrationId, aud: this.issuer, nonce, ticket_hash: sha256(ticket) };
    const proof = await this.sign('device-registration+jwt', claims, lie);
    return { ticket, publicKey: this.publicKey, proof, name: 'Phone', platform: 'android', appVersion: '26.1.0' };
  }

  complete(body: object, instance = 0, registrationId = this.id): Promise<Answer> {
    const url = this.stage.urls[instance % this.stage.urls.length] ?? '';
    return call(url, { path: `/v1/device-registrations/${registrationId}/complete`, body });
  }

  requestProof({ method, path, body, lie = {} }: DeviceWish): Promise<string> {
    const text = body && JSON.stringify(body);
    const claims = {
      tenant: this.tenant,
      sub: this.id,
      app_version: '26.1.0',
      htm: method ?? (body ? 'POST' : 'GET'),
      htu: this.issuer + path.replace(/\?.*/, ''),
      iat: Math.floor(this.stage.nowMs / 1_000),
      jti: randomUUID(),
      ...(text === undefined ? {} : { body_hash: sha256(text) }),
    };
    return this.sign('device-request+jwt', claims, lie);
  }

  async call(wish: DeviceWish): Promise<Answer> {
    const proof = wish.proof ?? (await this.requestProof(wish));
    const url = this.stage.urls[(wish.instance ?? 0) % this.stage.urls.length] ?? '';
    const { method, path, body } = wish;
    return call(url, {
      path,
      ...(method === undefined ? {} : { method }),
      ...(body === undefined ? {} : { body }),
      headers: { authorization: `DeviceProof ${proof}` },
    });
  }

  async waiting(): Promise<Waiting[]> {
    const answer = await this.call({ path: '/v1/device/challenges' });
    return (answer.json() as { data: Waiting[] }).data;
  }

  /** The body of a decision; with `matchCode` it is an approval. */
  async decision({ id, action, context }: Waiting, matchCode?: string, lie: Lie = {}): Promise<object> {
    const decision = matchCode === undefined ? 'deny' : 'approve';
    const claims = {
      aud: this.issuer,
      sub: this.id,
      challenge: id,
      decision,
      ...(action === undefined ? {} : { action }),
      ...(context === undefined ? {} : { context_hash: sha256(sorted(context)) }),
      ...(matchCode === undefined ? {} : { match_code: matchCode }),
    };
    const signature = await this.sign('device-decision+jwt', claims, lie);
    return { decision, ...(matchCode === undefined ? {} : { matchCode }), signature };
  }

  async respond(waiting: Waiting, matchCode?: string, instance = 0): Promise<Answer> {
    const body = await this.decision(waiting, matchCode);
    return this.call({ path: `/v1/device/challenges/${waiting.id}/respond`, body, instance });
  }
}

/** Members in order, as RFC 8785 defines it for texts. */
function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${sorted(member)}`).join(',')}}`;
}

/** Opens a registration; enrolled users need an assertion. */
export function openRegistration(
  stage: DeviceStage,
  userId: string,
  assertion?: string,
  body: object = {},
): Promise<Answer> {
  const headers = assertion === undefined ? {} : { 'step-up': assertion };
  return call(stage.service.url, { path: `/v1/users/${userId}/devices`, token: stage.token, body, headers });
}

export interface RegisteringOptions {
  readonly assertion?: string;
  readonly algorithm?: DeviceAlgorithm;
}

/** A registered device that waits for its confirmation code. */
export async function registered(
  stage: DeviceStage,
  userId: string,
  options: RegisteringOptions = {},
): Promise<SoftwareDevice> {
  const opened = await openRegistration(stage, userId, options.assertion);
  if (opened.status !== 201) throw new Error(`not opened: ${opened.status} ${opened.text}`);
  const device = await SoftwareDevice.with(stage, opened.json() as Offer, options.algorithm);
  const answer = await device.complete(await device.registration());
  if (answer.status !== 201) throw new Error(`not registered: ${answer.status} ${answer.text}`);
  return device;
}

export async function confirmed(stage: DeviceStage, userId: string, device: SoftwareDevice): Promise<Answer> {
  const path = `/v1/users/${userId}/devices/${device.id}/confirm`;
  return call(stage.service.url, { path, token: stage.token, body: { code: await device.code() } });
}

/** An active device. */
export async function deviceOf(
  stage: DeviceStage,
  userId: string,
  options: RegisteringOptions = {},
): Promise<SoftwareDevice> {
  const device = await registered(stage, userId, options);
  const answer = await confirmed(stage, userId, device);
  if (answer.status !== 200) throw new Error(`not confirmed: ${answer.status} ${answer.text}`);
  return device;
}

export interface DeviceChallenge {
  readonly id: string;
  readonly matchCode: string;
}

export async function challengeDevice(stage: DeviceStage, userId: string, body: object = {}): Promise<DeviceChallenge> {
  const path = `/v1/users/${userId}/challenges`;
  const answer = await call(stage.service.url, { path, token: stage.token, body: { type: 'device', ...body } });
  if (answer.status !== 201) throw new Error(`not opened: ${answer.status} ${answer.text}`);
  return answer.json() as DeviceChallenge;
}
