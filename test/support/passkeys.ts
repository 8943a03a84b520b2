// Passkeys as an application uses them: enrolled, confirmed, asked for by a challenge, and answered.
import { call, type Answer } from './api.js';
import { SoftwareAuthenticator, type Twist } from './software-authenticator.js';
import type { Stage } from './stage.js';

export const RP_ID = 'example.org';
export const ORIGIN = 'https://example.org';

export interface Asked {
  readonly id: string;
  readonly publicKey: { challenge: string; rpId: string; allowCredentials: { id: string }[] };
}

export interface Opening {
  readonly id: string;
  readonly publicKey: {
    challenge: string;
    rp: { id: string; name: string };
    user: { id: string; name: string };
    excludeCredentials: { id: string }[];
  };
}

export interface Owner {
  readonly userId: string;
  readonly factorId: string;
  readonly authenticator: SoftwareAuthenticator;
}

export class Passkeys {
  private constructor(private readonly stage: Stage) {}

  /** Makes the tenant of the stage a relying party. */
  static async of(stage: Stage, rpId = RP_ID, origins = ORIGIN): Promise<Passkeys> {
    const { tenantId } = stage.client;
    await stage.service.admin('tenants', 'set', '--tenant', tenantId, '--rp-id', rpId, '--origins', origins);
    return new Passkeys(stage);
  }

  enrol(userId: string, body: object = {}, assertion?: string): Promise<Answer> {
    return this.send(`/v1/users/${userId}/factors/webauthn`, body, 0, assertion);
  }

  async open(userId: string, body: object = {}, assertion?: string): Promise<Opening> {
    const answer = await this.enrol(userId, body, assertion);
    if (answer.status !== 201) throw new Error(`not opened: ${answer.status} ${answer.text}`);
    return answer.json() as Opening;
  }

  confirm(userId: string, factorId: string, credential: object, instance = 0): Promise<Answer> {
    return this.send(`/v1/users/${userId}/factors/${factorId}/confirm`, { credential }, instance);
  }

  /** A user whose only factor is a passkey. */
  async user(userId: string, { counter = 1, ...twist }: Twist = {}): Promise<Owner> {
    const authenticator = new SoftwareAuthenticator(ORIGIN, counter);
    const { id, publicKey } = await this.open(userId);
    const answer = await this.confirm(userId, id, authenticator.create(publicKey, twist));
    if (answer.status !== 200) throw new Error(`not confirmed: ${answer.status} ${answer.text}`);
    return { userId, factorId: id, authenticator };
  }

  async ask(userId: string, body: object = {}, instance = 0): Promise<Asked> {
    const answer = await this.send(`/v1/users/${userId}/challenges`, { type: 'webauthn', ...body }, instance);
    if (answer.status !== 201) throw new Error(`not asked: ${answer.status} ${answer.text}`);
    return answer.json() as Asked;
  }

  answer(challengeId: string, credential: object, instance = 0): Promise<Answer> {
    return this.send(`/v1/challenges/${challengeId}/answer`, { credential }, instance);
  }

  /** Asks, signs and answers. */
  async prove({ userId, authenticator }: Owner, body: object = {}, twist: Twist = {}): Promise<Answer> {
    const { id, publicKey } = await this.ask(userId, body);
    return this.answer(id, authenticator.get(publicKey, twist));
  }

  /** The assertion for the header `Step-Up`. */
  async stepUp(owner: Owner, action: string): Promise<string> {
    const answer = await this.prove(owner, { action });
    if (answer.status !== 200) throw new Error(`not proven: ${answer.status} ${answer.text}`);
    return (answer.json() as { assertion: string }).assertion;
  }

  private send(path: string, body: object, instance = 0, assertion?: string): Promise<Answer> {
    const { urls, token } = this.stage;
    const headers = assertion === undefined ? {} : { 'step-up': assertion };
    return call(urls[instance % urls.length] ?? '', { path, token, body, headers });
  }
}
