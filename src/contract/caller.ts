// Who calls, as the gate established it. Features receive it and never read a header themselves.
import type { EventEmitter } from 'node:events';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { HolderKey } from '../platform/crypto/public-jwk.js';
import { readIdempotencyKey } from './idempotency-key.js';
import type { Scope } from './scopes.js';

export interface Caller {
  readonly tenantId: string;
  readonly clientId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Whether the token is bound to a key, which the caller has shown to hold. */
  readonly isBound: boolean;
}

/** What every request has, with or without a token. */
export interface Origin {
  readonly requestId: string;
  /** The caller's address; a forwarded one only where a configured proxy vouches for it. */
  readonly address: string;
}

/** A caller and where the call came from: what an audit event says of "who". */
export interface Call extends Caller, Origin {}

/** A registered, active device, as the gate established it. */
export interface CallingDevice {
  readonly tenantId: string;
  readonly userId: string;
  /** The id of its factor, a UUID. */
  readonly factorId: string;
  readonly activatedAt: Date;
  /** What it signs with. */
  readonly key: HolderKey;
  /** Until when it may approve no change to factors, in milliseconds since 1970; null where it may. */
  readonly coolsOffUntilMs: number | null;
}

/** A device and where its call came from. */
export interface DeviceCall extends CallingDevice, Origin {}

/** The fields the gate adds to a request. `null` until the guard that fills it has run. */
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

/** Both headers of a route whose contract names both. */
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

/** The Host header, as the caller's browser knows this service; null where a proxy stands between. */
export const HostOf = createParamDecorator(hostFactory);

/** The Authorization header itself, for the one route that authenticates by something else than a token. */
export const AuthorizationOf = createParamDecorator(authorizationFactory);

/** The header `DPoP`, for the one route that gives tokens. Everywhere else the gate has judged it. */
export const DpopOf = createParamDecorator(dpopFactory);

/** The header `Step-Up`; only on routes whose contract names what it must have been made for. */
export const StepUpOf = createParamDecorator(stepUpFactory);

/** The header `Idempotency-Key`, whose form the frame has judged; only on routes whose contract says `idempotent`. */
export const IdempotencyKeyOf = createParamDecorator(idempotencyKeyFactory);

/** `StepUpOf` and `IdempotencyKeyOf` together. */
export const EnrolmentHeadersOf = createParamDecorator(enrolmentHeadersFactory);

/** Ends when the answer was sent or its receiver is gone; for routes that wait. */
export const DisconnectOf = createParamDecorator(disconnectFactory);

/** The authenticated call; only on routes whose contract says `auth: 'token'`. */
export const CallOf = createParamDecorator(callFactory);

/** The calling device; only on routes whose contract says `auth: 'device'`. */
export const DeviceCallOf = createParamDecorator(deviceCallFactory);

/** Request id and address; on every route. */
export const OriginOf = createParamDecorator(originFactory);
