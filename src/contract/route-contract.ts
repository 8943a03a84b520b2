// @RouteContract is the only security decorator: what a route says here is what the guards enforce, what OpenAPI
// shows and what the inventory lists. A route without one does not boot.
import { applyDecorators, HttpCode } from '@nestjs/common';
import type { z } from 'zod';
import type { AuditAction } from './audit-actions.js';
import type { ProblemCode } from '../platform/errors/problem.js';
import { isLookUpScope, type Scope } from './scopes.js';
import type { StepUpAction } from './step-up.js';

/**
 * `token`: access token. `device`: a proof signed by a registered device. `client`: client id and secret (RFC 6749 §2.3), and
 * `ticket`: that of a device's registration, both judged by the feature. `none`: on the list of public routes.
 */
export type Auth = 'token' | 'device' | 'client' | 'ticket' | 'none';

/** Which limits count the request, beside the caller's address which always counts. */
export type Throttle = 'client' | 'device' | 'token-endpoint' | 'address';

/** The most sensitive thing that passes through the route, in either direction. */
export type DataClass = 'public' | 'operational' | 'identifier' | 'credential';

/**
 * What a route that names a user tells of them to a client that picks the name, and how it is counted (docs/detection.md). `counted`: the answer tells,
 * the route notes the query. `stoppable`: the same, is no part of a sign-in, and is taken from a client that goes through many users.
 * `logged`: the event of the request is counted. `needs_id`: nothing happens without an id that cannot be guessed, or a proof.
 */
export type UserQuery = 'counted' | 'stoppable' | 'logged' | 'needs_id';

export interface RouteContractOptions {
  readonly summary: string;
  readonly description: string;
  readonly auth: Auth;
  readonly scope?: Scope;
  /** Another scope that opens the gate as well. What a body asks for may need one of the two: see `demandScope`. */
  readonly orScope?: Scope;
  /** What an assertion in the header `Step-Up` must have been made for, where the user is enrolled. */
  readonly stepUp?: StepUpAction;
  /** Takes an `Idempotency-Key`: only where the answer holds neither a secret nor a verdict, for it is kept. */
  readonly idempotent?: true;
  /** If, and only if, the path names a user. */
  readonly userQuery?: UserQuery;
  readonly throttle: Throttle;
  readonly data: DataClass;
  /** The events the route can write; empty for a route that changes and decides nothing. */
  readonly audit: readonly AuditAction[];
  readonly answer: Answer;
  /** Refusals beyond those every route has (see `refusalsOf`). */
  readonly refusals?: readonly ProblemCode[];
  /** Media type of the body, where there is one. */
  readonly consumes?: 'application/json' | 'application/x-www-form-urlencoded';
}

/** A JSON object built from its schema, nothing, or a file of the service's own. */
export type Answer =
  | { readonly status: 200 | 201 | 202; readonly schema: z.ZodObject; readonly cacheSeconds?: number }
  | { readonly status: 204; readonly cacheSeconds?: never }
  | { readonly status: 200; readonly file: string; readonly cacheSeconds?: number };

const contracts = new WeakMap<object, RouteContractOptions>();

export function RouteContract(contract: RouteContractOptions): MethodDecorator {
  return applyDecorators(
    HttpCode(contract.answer.status),
    (_target: object, _name?: string | symbol, descriptor?: PropertyDescriptor) => {
      contracts.set(descriptor?.value as object, contract);
    },
  );
}

export function contractOf(handler: object): RouteContractOptions | undefined {
  return contracts.get(handler);
}

/** The scopes of which one opens the gate. */
export function scopesOf({ scope, orScope }: RouteContractOptions): Scope[] {
  return [scope, orScope].filter((one) => one !== undefined);
}

/** Every refusal a caller of the route may meet, in order of status. */
export function refusalsOf(contract: RouteContractOptions): ProblemCode[] {
  const everywhere: ProblemCode[] = ['malformed_request', 'too_many_requests', 'internal_error', 'service_unavailable'];
  const ofToken: ProblemCode[] =
    contract.auth === 'token' ? ['invalid_token', 'invalid_dpop_proof', 'insufficient_scope'] : [];
  const ofDevice: ProblemCode[] = contract.auth === 'device' ? ['invalid_device_proof', 'app_too_old'] : [];
  const ofBody: ProblemCode[] = contract.consumes ? ['content_too_large', 'unsupported_media_type'] : [];
  const ofStepUp: ProblemCode[] = contract.stepUp ? ['step_up_required'] : [];
  const ofStop: ProblemCode[] = canBeStopped(contract) ? ['client_quarantined'] : [];
  const ofKey: ProblemCode[] = contract.idempotent ? ['idempotency_in_flight', 'idempotency_mismatch'] : [];
  return [
    ...new Set([
      ...everywhere,
      ...ofToken,
      ...ofDevice,
      ...ofBody,
      ...ofStepUp,
      ...ofKey,
      ...ofStop,
      ...(contract.refusals ?? []),
    ]),
  ];
}

/** Whether detection may take the route from a client. */
function canBeStopped(contract: RouteContractOptions): boolean {
  return contract.userQuery === 'stoppable' || scopesOf(contract).some(isLookUpScope);
}
