// Servers of other parties, real and on this machine: their answers, and the requests they got. Also the parts that specs about messages
// pass to the classes that send.
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { CodeMessage } from '../../src/delivery/messages/message-transport.js';
import { NO_PHONES, type StoredPhoneSettings } from '../../src/phones/settings/phone-settings.policy.js';
import { PHONE_SECRETS } from '../../src/phones/settings/phone-settings.repository.js';
import { Clock, dateAt } from '../../src/platform/clock/clock.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Sealer } from '../../src/platform/crypto/sealer.js';
import { newWebhookSecret } from '../../src/platform/crypto/webhook-signature.js';
import { Log } from '../../src/platform/logging/log.js';
import { SignedPosts } from '../../src/delivery/signed-posts.js';
import { Outbound } from '../../src/platform/outbound/outbound.js';

export type Answer = (response: ServerResponse) => void;

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export class Provider {
  received: Received[] = [];
  connections = 0;
  answer: Answer = (response) => response.writeHead(204).end();

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Provider> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        provider.received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        provider.answer(response);
      });
    });
    const provider = new Provider(server);
    server.on('connection', () => (provider.connections += 1));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return provider;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Waits up to ten seconds for this many requests. */
  async hears(count: number): Promise<void> {
    const startedAt = performance.now();
    while (this.received.length < count && performance.now() - startedAt < 10_000) await pause(20);
  }

  reset(answer: Answer): void {
    this.received = [];
    this.connections = 0;
    this.answer = answer;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/**
 * Checks a webhook with the library of the standard, at this instant. Returns its body.
 * @throws if the signature was not made with this secret
 */
export function verifiedAt(nowMs: number, secret: string, request?: Received): unknown {
  jest.spyOn(Date, 'now').mockReturnValue(nowMs);
  try {
    return new Webhook(secret).verify(request?.body ?? '', (request?.headers ?? {}) as Record<string, string>);
  } finally {
    jest.spyOn(Date, 'now').mockRestore();
  }
}

export const answering =
  (status: number, body = '', headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(body);

/** Faults of a provider. Redirects lead to `canary`. */
export const faults = (canary: Provider): [string, Answer][] => [
  ['never answers', () => undefined],
  ['answers a byte now and then', (response) => trickle(response)],
  ['hangs up', (response) => response.socket?.resetAndDestroy()],
  [
    'ends within its answer',
    (response) => response.writeHead(200, { 'content-length': 9 }).write('{', () => response.destroy()),
  ],
  ['speaks no HTTP', (response) => response.socket?.end('+12025550123 918273\r\n\r\n')],
  ['answers without end', (response) => flood(response)],
  ...[301, 302, 303, 307, 308].map((status): [string, Answer] => [
    `leads elsewhere (${status})`,
    (response) => response.writeHead(status, { location: `${canary.address}/canary` }).end(),
  ]),
  ...[408, 429, 500, 502, 503].map((status): [string, Answer] => [`answers ${status}`, answering(status, 'no')]),
];

function trickle(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
}

function flood(response: ServerResponse): void {
  response.writeHead(200);
  const more = () => {
    while (!response.destroyed && response.write(' '.repeat(65_536)));
  };
  response.on('drain', more);
  more();
}

export class FixedClock extends Clock {
  constructor(private readonly ms: number) {
    super();
  }

  nowMs(): number {
    return this.ms;
  }
}

export const TENANT = '01890a5d-ac96-774b-bcce-b302099a8057';
export const PHONE_NUMBER = '+12025550123';
export const CODE = '918273';
/** For providers that reach the timeout; the others have the service's own timeout, for busy machines. */
export const SHORT_MS = 1_000;

/** The parts that a transport needs, and the lines that it logged. */
export class Kit {
  readonly clock = new FixedClock(Date.now());
  readonly sealer = new Sealer(KeyRing.parse(KeyRing.generate()));
  readonly outbound: Outbound;
  readonly posts: SignedPosts;
  readonly secret = newWebhookSecret();
  readonly lines: string[] = [];
  readonly log = new Log('debug', { write: (line) => void this.lines.push(line) });

  constructor(deadlineMs = 5_000) {
    this.outbound = new Outbound({ allowed: ['127.0.0.1'], deadlineMs });
    this.posts = new SignedPosts(this.clock, this.outbound);
  }

  message(change: Partial<CodeMessage> = {}): CodeMessage {
    return {
      id: 'msg_01h455vb4pex5vsknk084sn02q',
      tenantId: TENANT,
      phoneNumber: PHONE_NUMBER,
      channel: 'sms',
      purpose: 'challenge',
      code: CODE,
      text: `${CODE} is your code.`,
      expiresAt: dateAt(this.clock.nowMs() + 300_000),
      ...change,
    };
  }

  settings(change: Partial<StoredPhoneSettings> = {}): StoredPhoneSettings {
    return { ...NO_PHONES, ...change };
  }

  seal(what: keyof typeof PHONE_SECRETS, secret: Buffer, tenantId = TENANT): Buffer {
    return this.sealer.seal(secret, { ...PHONE_SECRETS[what], tenantId, rowId: tenantId });
  }

  /** Lines of the log, after checking that they name the tenant and hold no secret. */
  loggedOf(...secrets: string[]): string[] {
    const texts = this.lines.splice(0);
    for (const text of texts) {
      expect(JSON.parse(text)).toMatchObject({ level: 40, tenantId: 'ten_01h455vb4pex5vsknk084sn02q' });
      for (const secret of [PHONE_NUMBER.slice(1), CODE, ...secrets]) expect(text).not.toContain(secret);
    }
    return texts.map((text) => (JSON.parse(text) as { msg: string }).msg);
  }
}
