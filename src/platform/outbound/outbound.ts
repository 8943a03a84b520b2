// Requests of this service to URLs that others have set. Each uses a connection of its own, to a checked address. It
// follows no redirect, uses no proxy, and ends after five seconds. The caller interprets the answer.
import { once } from 'node:events';
import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as secure } from 'node:tls';
import { refuseInTransaction } from '../transaction-scope.js';
import { addressRange, mayCall, type AddressRange } from './address-rules.js';
import { OutboundRefused, targetOf, type Target } from './target.js';

/** From the call to the last byte, DNS included. */
const DEADLINE_MS = 5_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** Every address of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export interface OutboundOptions {
  /** Addresses or CIDR ranges that may be called although they are not public, and over http. */
  readonly allowed: readonly string[];
  readonly resolve?: Resolve;
  readonly deadlineMs?: number;
}

export interface Outgoing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Default: JSON. */
  readonly contentType?: string;
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly text: string;
}

export class Outbound {
  private readonly allowed: readonly AddressRange[];
  private readonly resolve: Resolve;
  private readonly deadlineMs: number;

  constructor({ allowed, resolve = systemResolve, deadlineMs = DEADLINE_MS }: OutboundOptions) {
    this.allowed = allowed.map(addressRange);
    this.resolve = resolve;
    this.deadlineMs = deadlineMs;
  }

  /**
   * Sends a POST. Any status is an answer, a redirect too.
   * @throws OutboundRefused if the address must not be called; Error if no answer of at most 64 KiB came in time.
   */
  async send(outgoing: Outgoing): Promise<OutgoingAnswer> {
    refuseInTransaction('an outgoing request');
    const end = new AbortController();
    // SECURITY(T-37): one timeout for everything: slow headers, bytes or DNS do not extend it.
    const timer = setTimeout(() => end.abort(new Error('no answer in time')), this.deadlineMs);
    try {
      return await Promise.race([this.exchange(outgoing, end.signal), aborted(end.signal)]);
    } finally {
      clearTimeout(timer);
      // Closes open connections.
      end.abort();
    }
  }

  private async exchange(outgoing: Outgoing, signal: AbortSignal): Promise<OutgoingAnswer> {
    const target = targetOf(outgoing.url);
    const socket = await this.connectTo(target, signal);
    const response = await responseOver(target.isSecure ? secured(socket, target) : socket, {
      target,
      outgoing,
      signal,
    });
    return { status: response.statusCode ?? 0, text: await textOf(response) };
  }

  /**
   * Resolves the name once, and connects to a checked address only. A second DNS answer has no effect (DNS rebinding).
   */
  private async connectTo(target: Target, signal: AbortSignal): Promise<Socket> {
    const { host, port } = target;
    const addresses = isIP(host) === 0 ? await this.resolve(host) : [host];
    signal.throwIfAborted();
    if (addresses.length === 0) throw new Error('the name has no address');
    // SECURITY(T-37): checks all addresses: a name with one public and one private address is refused.
    this.mustBeAllowed(addresses, target);
    const socket = connect({ host, port, lookup: answering(addresses), autoSelectFamily: true, signal });
    socket.on('error', heardElsewhere);
    await once(socket, 'connect', { signal });
    // SECURITY(T-37): checks the connected address before a byte is sent: the system takes 0.0.0.0 for this machine.
    this.mustBeAllowed([socket.remoteAddress ?? ''], target);
    return socket;
  }

  private mustBeAllowed(addresses: readonly string[], { isSecure }: Target): void {
    const terms = { allowed: this.allowed, isSecure };
    if (!addresses.every((address) => mayCall(address, terms))) throw new OutboundRefused('address');
  }
}

async function systemResolve(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => address);
}

const answering =
  (addresses: readonly string[]): LookupFunction =>
  (_name, _options, answer) =>
    answer(
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );

/** A stream error after the promise was settled must not end the process. */
const heardElsewhere = () => undefined;

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_never, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function secured(socket: Socket, { host }: Target): Socket {
  // RFC 6066 §3: an IP address is not a server name. Set explicitly, since an environment variable can turn the check
  // off.
  const name = isIP(host) === 0 ? { servername: host } : {};
  return secure({ socket, host, ...name, ALPNProtocols: ['http/1.1'], rejectUnauthorized: true });
}

interface Call {
  readonly target: Target;
  readonly outgoing: Outgoing;
  readonly signal: AbortSignal;
}

function responseOver(stream: Socket, { target, outgoing, signal }: Call): Promise<IncomingMessage> {
  const { url } = target;
  const { headers, body, contentType = 'application/json' } = outgoing;
  const request = httpRequest({
    method: 'POST',
    path: url.pathname + url.search,
    headers: { 'content-type': contentType, ...headers, host: url.host },
    createConnection: () => stream,
    signal,
  });
  return new Promise((resolve, reject) => {
    request.on('response', resolve).on('error', reject);
    // The only sign of an answer in another protocol (101).
    request.on('close', () => reject(new Error('no answer')));
    request.end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
