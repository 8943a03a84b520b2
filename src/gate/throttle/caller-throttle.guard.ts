// Counts a request against the client of the token, or the device that signed it, over all routes. A guard of
// @nestjs/throttler with the tracker, key and headers of this service.
import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerStorage, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import type { GatedRequest } from '../../contract/caller.js';
import { contractOf } from '../../contract/route-contract.js';
import { Problem } from '../../platform/errors/problem.js';
import { LIMITS, setLimitHeaders, WINDOW_SECONDS, type Limits, type ThrottleStore } from './limits.js';

const KINDS = ['client', 'device'] as const;

const throttleOf = (context: ExecutionContext) => contractOf(context.getHandler())?.throttle;

@Injectable()
export class CallerThrottleGuard extends ThrottlerGuard {
  constructor(
    @Inject(LIMITS) limits: Limits,
    @Inject(ThrottlerStorage) private readonly store: ThrottleStore,
    reflector: Reflector,
  ) {
    const ttl = WINDOW_SECONDS * 1_000;
    super(
      KINDS.map((name) => ({ name, ttl, limit: limits[name], skipIf: (context) => throttleOf(context) !== name })),
      store,
      reflector,
    );
  }

  protected override async handleRequest({ context, limit, ttl, throttler }: ThrottlerRequest): Promise<boolean> {
    const http = context.switchToHttp();
    const name = throttler.name === 'device' ? 'device' : 'client';
    const { caller, device } = http.getRequest<GatedRequest>();
    const who = name === 'device' ? device?.factorId : caller?.clientId;
    // No guard has set the caller: refuse.
    if (who === undefined) throw new Problem('invalid_token');
    const record = await this.store.increment(`${name}:${who}`, ttl, limit);
    setLimitHeaders(http.getResponse<FastifyReply>(), { name, record });
    if (record.isBlocked)
      throw new Problem('too_many_requests', { headers: { 'Retry-After': String(record.timeToExpire) } });
    return true;
  }
}
