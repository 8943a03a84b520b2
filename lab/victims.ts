// Another tenant, with an object of every kind that has an id, and the right code for each: the things that an intruder
// could get. The tenant itself is asked whether they were changed.
import { ALL_SCOPES } from '../src/contract/scopes.js';
import { tokenOf, totpAt, type Answer, type EnrolledUser } from '../test/support/api.js';
import { deviceOf, registered, type DeviceStage } from '../test/support/software-device.js';
import { people, theOnly } from './people.js';
import type { Caller } from './server/caller.js';
import { holderOf, type Ground, type LabTenant } from './server/ground.js';
import { Outbox } from './server/outbox.js';

const STEP_MS = 30_000;
const ADDRESS = '198.18.254.1';
export const VICTIM_SCOPES = ALL_SCOPES.join(' ');

interface Coded {
  readonly id: string;
  readonly code: string;
}

export interface Things {
  readonly ada: EnrolledUser;
  /** A factor that waits for its code. */
  readonly pending: Coded;
  readonly challengeId: string;
  readonly assertion: string;
  /** For a change to the factors of ada. */
  readonly stepUp: string;
  readonly device: string;
  readonly pendingDevice: Coded;
  readonly phone: Coded;
  readonly phoneNumber: string;
  readonly lookUp: Coded;
  readonly recoveryId: string;
  readonly endpointId: string;
  /** Of its lists. */
  readonly cursors: readonly string[];
}

export class Victims {
  private constructor(
    private readonly ground: Ground,
    private readonly caller: Caller,
    private readonly outbox: Outbox,
    readonly things: Things,
  ) {}

  /** The first number is confirmed, the other one waits for its code. */
  static async of(ground: Ground, tenant: LabTenant, phoneNumbers: readonly [string, string]): Promise<Victims> {
    const client = theOnly(tenant.clients);
    const caller = ground.caller(client, () => ADDRESS);
    const outbox = new Outbox(ground, tenant);
    const make = new Making(ground, caller, outbox);
    const stage = {
      urls: [ground.url],
      nowMs: ground.nowMs,
      token: await tokenOf(ground.url, client),
      service: ground.service,
    };
    return new Victims(ground, caller, outbox, await make.all(tenant, { stage, phoneNumbers }));
  }

  /** The right, unused code of ada at this instant. */
  get code(): string {
    return totpAt(this.things.ada.secret, this.ground.nowMs);
  }

  /** Values that no answer to another tenant may contain. */
  get secrets(): string[] {
    const { ada, pending, challengeId, device, pendingDevice, phone, lookUp, recoveryId, endpointId } = this.things;
    const ids = [
      ada.factorId,
      pending.id,
      challengeId,
      device,
      pendingDevice.id,
      phone.id,
      lookUp.id,
      recoveryId,
      endpointId,
    ];
    return [...ids, this.caller.credentials.clientId, holderOf(this.things.phoneNumber)];
  }

  /** All lists of the tenant, as it sees them. */
  async lists(): Promise<string[]> {
    const ofAda = ['factors', 'devices', 'phones'].map((list) => `/v1/users/ada/${list}`);
    const others = [
      '/v1/users/pia/factors',
      '/v1/users/dora/devices',
      '/v1/users/dori/devices',
      '/v1/users/rita/recovery',
    ];
    const paths = [...ofAda, ...others, '/v1/webhook-endpoints', `/v1/challenges/${this.things.challengeId}`];
    const texts: string[] = [];
    for (const path of paths) texts.push(`${path} ${expected(await this.caller.get(path), 200).text}`);
    return texts;
  }

  /** How many of the things that others tried no longer work for the tenant itself. */
  async spoilt(): Promise<number> {
    const { pending, challengeId, assertion, stepUp, pendingDevice, phone, lookUp } = this.things;
    const code = this.code;
    const tries: [string, object, Readonly<Record<string, string>>?][] = [
      [`/v1/users/pia/factors/${pending.id}/confirm`, { code: pending.code }],
      [`/v1/challenges/${challengeId}/answer`, { code }],
      ['/v1/assertions/spend', { assertion }],
      [`/v1/users/dori/devices/${pendingDevice.id}/confirm`, { code: pendingDevice.code }],
      [`/v1/users/ada/phones/${phone.id}/confirm`, { code: phone.code }],
      [`/v1/blind-lookups/${lookUp.id}/answer`, { code: lookUp.code }],
      ['/v1/users/ada/factors/totp', {}, { 'step-up': stepUp }],
    ];
    let spoilt = 0;
    for (const [path, body, headers] of tries)
      if ((await this.caller.post(path, body, headers)).status >= 300) spoilt += 1;
    return spoilt;
  }

  /** Codes to the known number beyond the one that the tenant itself had sent. */
  async codesTooMany(): Promise<number> {
    await this.outbox.workedOff();
    return this.outbox.sent(new Set([this.things.phoneNumber])).length - 1;
  }
}

class Making {
  constructor(
    private readonly ground: Ground,
    private readonly caller: Caller,
    private readonly outbox: Outbox,
  ) {}

  async all(
    tenant: LabTenant,
    { stage, phoneNumbers }: { readonly stage: DeviceStage; readonly phoneNumbers: readonly [string, string] },
  ): Promise<Things> {
    const { ground, caller } = this;
    const [known, fresh] = phoneNumbers;
    const ada = theOnly(await people({ ground, caller, names: ['ada'] }));
    await people({ ground, caller, names: ['rita'] });
    await ground.plant([{ tenant, phoneNumber: known }]);
    const device = (await deviceOf(stage, 'dora')).id;
    const waiting = await registered(stage, 'dori');
    const opened = await this.post('/v1/users/pia/factors/totp', {}, 201);
    const recoveryId = idOf(await this.post('/v1/users/rita/recovery', { reason: 'lost' }, 202));
    const endpointId = idOf(await this.post('/v1/webhook-endpoints', { url: 'https://backend.example/alerts' }, 201));
    const phone = await this.post(
      '/v1/users/ada/phones',
      { phoneNumber: fresh, channel: 'sms' },
      202,
      await this.proof(ada, 'factors.add'),
    );
    const lookUp = await this.post('/v1/blind-lookups', { phoneNumber: known }, 202);
    await this.outbox.workedOff();
    const codeTo = (phoneNumber: string) => theOnly(this.outbox.sent(new Set([phoneNumber]))).code;
    const [stepUp, assertion] = [await this.proof(ada, 'factors.add'), await this.proof(ada, 'login')];
    const challenge = await this.post('/v1/users/ada/challenges', { type: 'totp' }, 201);
    const { secret } = opened.json() as { secret: string };
    const cursors: string[] = [];
    for (const list of ['/v1/audit-events', '/v1/users/ada/factors']) {
      const page = expected(await caller.get(`${list}?limit=1`), 200).json() as { nextCursor: string };
      cursors.push(page.nextCursor);
    }
    return {
      ada,
      pending: { id: idOf(opened), code: totpAt(secret, ground.nowMs) },
      challengeId: idOf(challenge),
      assertion,
      stepUp,
      device,
      pendingDevice: { id: waiting.id, code: await waiting.code() },
      phone: { id: idOf(phone), code: codeTo(fresh) },
      phoneNumber: known,
      lookUp: { id: idOf(lookUp), code: codeTo(known) },
      recoveryId,
      endpointId,
      cursors,
    };
  }

  /** The clock moves on, so that there is an unused code again. */
  private async proof({ userId, secret }: EnrolledUser, action: string): Promise<string> {
    const code = totpAt(secret, this.ground.nowMs);
    const answer = await this.post(`/v1/users/${userId}/verify`, { code, action }, 200);
    await this.ground.at(this.ground.nowMs + STEP_MS);
    return (answer.json() as { assertion: string }).assertion;
  }

  private async post(path: string, body: object, status: number, stepUp?: string): Promise<Answer> {
    return expected(await this.caller.post(path, body, stepUp === undefined ? {} : { 'step-up': stepUp }), status);
  }
}

function expected(answer: Answer, status: number): Answer {
  if (answer.status !== status) throw new Error(`answered with ${answer.status} ${answer.text} instead of ${status}`);
  return answer;
}

const idOf = (answer: Answer) => (answer.json() as { id: string }).id;
