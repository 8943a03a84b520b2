// A client of the service over HTTP, and the calculations of an authenticator app.
import { createHmac } from 'node:crypto';
import { request as httpRequest, type Agent } from 'node:http';
import type { Credentials } from './service.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; throws when it is not. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs look into answers of any route
  json(): any;
}

export interface Wish {
  readonly method?: string;
  readonly path: string;
  readonly token?: string;
  readonly body?: unknown;
  /** Sent unchanged, instead of `body`. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Keeps connections open, for a spec that sends thousands of requests. */
  readonly agent?: Agent;
}

/**
 * One request, on a connection of its own unless an agent keeps one; the path is sent as written, without
 * normalization.
 */
export function call(url: string, { method, path, token, body, raw, headers = {}, agent }: Wish): Promise<Answer> {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const { hostname, port } = new URL(url);
  const sent: Record<string, string | number> = {
    ...(payload === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...headers,
  };
  return new Promise((done, failed) => {
    const options = {
      hostname,
      port,
      path,
      method: method ?? (payload === undefined ? 'GET' : 'POST'),
      headers: sent,
      agent: agent ?? false,
    };
    const request = httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        done({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: () => JSON.parse(text) as unknown,
        });
      });
    });
    request.on('error', failed);
    request.end(payload);
  });
}

/** An access token, or an error with the answer in it. */
export async function tokenOf(
  url: string,
  { clientId, clientSecret }: Credentials,
  scope?: string,
  wish: Pick<Wish, 'agent' | 'headers'> = {},
): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) });
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const own = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' };
  const headers = { ...own, ...wish.headers };
  const answer = await call(url, { ...wish, path: '/oauth2/token', raw: form.toString(), headers });
  if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.text}`);
  return (answer.json() as { access_token: string }).access_token;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code of an authenticator, written from RFC 4226 §5.3 and RFC 6238 §4, independent of the code under test. */
export function totpAt(secret: string, atMs: number, { algorithm = 'sha1', digits = 6, period = 30 } = {}): string {
  const bits = [...secret].map((character) => BASE32.indexOf(character).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 1_000 / period)));
  const mac = createHmac(algorithm, key).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0');
}

export interface EnrolledUser {
  readonly userId: string;
  readonly factorId: string;
  readonly secret: string;
}

/**
 * A user with an active TOTP factor, confirmed by the code of the step before `nowMs`, so that the current code is
 * unused.
 */
export async function enrolled(url: string, token: string, userId: string, nowMs = Date.now()): Promise<EnrolledUser> {
  const opened = await call(url, { path: `/v1/users/${userId}/factors/totp`, token, body: {} });
  if (opened.status !== 201) throw new Error(`not opened: ${opened.status} ${opened.text}`);
  const { id, secret } = opened.json() as { id: string; secret: string };
  const body = { code: totpAt(secret, nowMs - 30_000) };
  const confirmed = await call(url, { path: `/v1/users/${userId}/factors/${id}/confirm`, token, body });
  if (confirmed.status !== 200) throw new Error(`not confirmed: ${confirmed.status} ${confirmed.text}`);
  return { userId, factorId: id, secret };
}

export function verify(url: string, token: string, userId: string, code: unknown): Promise<Answer> {
  return call(url, { path: `/v1/users/${userId}/verify`, token, body: { code } });
}

/** A six-digit code that is not accepted around `nowMs`. */
export function wrongCode(secret: string, nowMs = Date.now(), salt = 0): string {
  const right = new Set([-60_000, -30_000, 0, 30_000, 60_000].map((shift) => totpAt(secret, nowMs + shift)));
  for (let guess = salt; ; guess += 1) {
    const code = String(guess % 1_000_000).padStart(6, '0');
    if (!right.has(code)) return code;
  }
}
