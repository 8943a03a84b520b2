// @RouteContract is the only security decorator. Guards, OpenAPI and the inventory are derived from it. A route without
// one does not boot.
import { applyDecorators, HttpCode } from '@nestjs/common';
import type { z } from 'zod';
import type { AuditAction } from './audit-actions.js';
import type { ProblemCode } from '../platform/errors/problem.js';
import { isLookUpScope, type Scope } from './scopes.js';
import type { StepUpAction } from './step-up.js';

/**
 * `token`: access token. `device`: a proof signed by a registered device. `none`: on the list of public routes.
 * `client` (id and secret, RFC 6749 §2.3) and `ticket` (of a device registration): the feature authenticates them.
 */
export type Auth = 'token' | 'device' | 'client' | 'ticket' | 'none';

/** Which rate limits count the request, besides the caller's address, which always counts. */
export type Throttle = 'client' | 'device' | 'token-endpoint' | 'address';

/** The most sensitive data in request or response. */
export type DataClass = 'public' | 'operational' | 'identifier' | 'credential';

/**
 * What a route that names a user reveals to a client that chooses the name (docs/detection.md). `counted`: the answer
 * reveals something, so the route records the query. `stoppable`: the same, but not needed for a sign-in; blocked for a
 * client that enumerates users. `logged`: the audit event of the request is counted. `needs_id`: needs an id that
 * cannot be guessed, or a proof.
 */
export type UserQuery = 'counted' | 'stoppable' | 'logged' | 'needs_id';

export interface RouteContractOptions {
  readonly summary: string;
  readonly description: string;
  readonly auth: Auth;
  readonly scope?: Scope;
  /** A second scope that the gate accepts. If the body decides which one is needed, see `demandScope`. */
  readonly orScope?: Scope;
  /** The action that an assertion in the header `Step-Up` must have, if the user is enrolled. */
  readonly stepUp?: StepUpAction;
  /** Takes an `Idempotency-Key`. Only if the answer, which is stored, holds neither a secret nor a verdict. */
  readonly idempotent?: true;
  /** Set if, and only if, the path names a user. */
  readonly userQuery?: UserQuery;
  readonly throttle: Throttle;
  readonly data: DataClass;
  /** The audit events of the route. Empty if it changes and decides nothing. */
  readonly audit: readonly AuditAction[];
  readonly answer: Answer;
  /** Refusals of this route, besides those of every route (see `refusalsOf`). */
  readonly refusals?: readonly ProblemCode[];
  /** Media type of the body, where there is one. */
  readonly consumes?: 'application/json' | 'application/x-www-form-urlencoded';
}

/** A JSON object built from its schema, no body, or a file of the service. */
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

/** The scopes that open the gate; one of them suffices. */
export function scopesOf({ scope, orScope }: RouteContractOptions): Scope[] {
  return [scope, orScope].filter((one) => one !== undefined);
}

/** Every refusal of the route, ordered by status. */
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

/** Whether detection may block the route for a client. */
function canBeStopped(contract: RouteContractOptions): boolean {
  return contract.userQuery === 'stoppable' || scopesOf(contract).some(isLookUpScope);
}
