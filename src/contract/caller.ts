// The caller of a request, as the gate authenticated it. Features receive it and never read a header.
import type { EventEmitter } from 'node:events';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { HolderKey } from '../platform/crypto/public-jwk.js';
import { readIdempotencyKey } from './idempotency-key.js';
import type { Scope } from './scopes.js';

export interface Caller {
  readonly tenantId: string;
  readonly clientId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Whether the token is bound to a key. The caller has then proven to hold the key. */
  readonly isBound: boolean;
}

/** Known of every request, with or without a token. */
export interface Origin {
  readonly requestId: string;
  /** The caller's address. A forwarded address is believed only from a configured proxy. */
  readonly address: string;
}

/** The caller, request id and address. An audit event stores them as "who". */
export interface Call extends Caller, Origin {}

/** A registered, active device, as the gate authenticated it. */
export interface CallingDevice {
  readonly tenantId: string;
  readonly userId: string;
  /** The id of its factor, a UUID. */
  readonly factorId: string;
  readonly activatedAt: Date;
  /** The key that verifies its signatures. */
  readonly key: HolderKey;
  /** End of the cool-off, in milliseconds since 1970. Null: the device may approve factor changes. */
  readonly coolsOffUntilMs: number | null;
}

/** A device, request id and address. */
export interface DeviceCall extends CallingDevice, Origin {}

/** What the gate adds to a request. `null` until the guard that fills it has run. */
export interface GatedRequest {
  readonly id: string;
  readonly ip: string;
  caller: Caller | null;
  device?: CallingDevice;
}

export const originFactory = (_data: unknown, context: ExecutionContext): Origin => {
  const request = context.switchToHttp().getRequest<GatedRequest>();
  return { requestId: request.id, address: request.ip };
};

export const callFactory = (data: unknown, context: ExecutionContext): Call => {
  const { caller } = context.switchToHttp().getRequest<GatedRequest>();
  if (!caller) throw new Error('BUG: a handler asks for the caller of a route whose contract demands no token');
  return { ...caller, ...originFactory(data, context) };
};

export const deviceCallFactory = (data: unknown, context: ExecutionContext): DeviceCall => {
  const { device } = context.switchToHttp().getRequest<GatedRequest>();
  if (!device) throw new Error('BUG: a handler asks for the device of a route whose contract demands none');
  return { ...device, ...originFactory(data, context) };
};

export const authorizationFactory = (_data: unknown, context: ExecutionContext): string | undefined =>
  context.switchToHttp().getRequest<{ headers: { authorization?: string } }>().headers.authorization;

export const dpopFactory = (_data: unknown, context: ExecutionContext): string | undefined =>
  context.switchToHttp().getRequest<{ headers: { dpop?: string } }>().headers.dpop;

export const stepUpFactory = (_data: unknown, context: ExecutionContext): string | undefined =>
  context.switchToHttp().getRequest<{ headers: { 'step-up'?: string } }>().headers['step-up'];

export const idempotencyKeyFactory = (_data: unknown, context: ExecutionContext): string | undefined => {
  const { headers } = context.switchToHttp().getRequest<{ headers: { 'idempotency-key'?: string } }>();
  const header = headers['idempotency-key'];
  return header === undefined ? undefined : (readIdempotencyKey(header) ?? undefined);
};

export interface EnrolmentHeaders {
  /** `Step-Up`. */
  readonly assertion: string | undefined;
  readonly idempotencyKey: string | undefined;
}

export const enrolmentHeadersFactory = (data: unknown, context: ExecutionContext): EnrolmentHeaders => ({
  assertion: stepUpFactory(data, context),
  idempotencyKey: idempotencyKeyFactory(data, context),
});

export const disconnectFactory = (_data: unknown, context: ExecutionContext): AbortSignal => {
  const { raw } = context.switchToHttp().getResponse<{ raw: EventEmitter & { readonly closed: boolean } }>();
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  if (raw.closed) gone.abort();
  return gone.signal;
};

// What a proxy adds to a request that it passes on.
const SIGNS_OF_A_PROXY = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

export const hostFactory = (_data: unknown, context: ExecutionContext): string | null => {
  const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
  return SIGNS_OF_A_PROXY.some((name) => headers[name] !== undefined) ? null : (headers['host'] ?? null);
};

/** The Host header, as the caller's browser sent it. Null behind a proxy. */
export const HostOf = createParamDecorator(hostFactory);

/** The Authorization header, for the one route that does not authenticate by a token. */
export const AuthorizationOf = createParamDecorator(authorizationFactory);

/** The header `DPoP`, for the one route that issues tokens. The gate verifies it on all others. */
export const DpopOf = createParamDecorator(dpopFactory);

/** The header `Step-Up`. Only on routes whose contract names an action. */
export const StepUpOf = createParamDecorator(stepUpFactory);

/** The header `Idempotency-Key`, validated by the frame. Only on routes whose contract says `idempotent`. */
export const IdempotencyKeyOf = createParamDecorator(idempotencyKeyFactory);

/** `StepUpOf` and `IdempotencyKeyOf` together. */
export const EnrolmentHeadersOf = createParamDecorator(enrolmentHeadersFactory);

/** Aborts when the answer was sent or the client has disconnected. For routes that wait. */
export const DisconnectOf = createParamDecorator(disconnectFactory);

/** The authenticated call; only on routes whose contract says `auth: 'token'`. */
export const CallOf = createParamDecorator(callFactory);

/** The calling device; only on routes whose contract says `auth: 'device'`. */
export const DeviceCallOf = createParamDecorator(deviceCallFactory);

/** Request id and address; on every route. */
export const OriginOf = createParamDecorator(originFactory);
