// Counts a request against the client that the token names, over all routes: a guard of @nestjs/throttler whose
// tracker, key and headers are ours.
import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerStorage, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import type { GatedRequest } from '../../contract/caller.js';
import { contractOf } from '../../contract/route-contract.js';
import { Problem } from '../../platform/errors/problem.js';
import { LIMITS, tellLimit, WINDOW_SECONDS, type Limits } from './limits.js';

@Injectable()
export class ClientThrottleGuard extends ThrottlerGuard {
  constructor(
    @Inject(LIMITS) limits: Limits,
    @Inject(ThrottlerStorage) storage: ThrottlerStorage,
    reflector: Reflector,
  ) {
    super([{ name: 'client', ttl: WINDOW_SECONDS * 1_000, limit: limits.client }], storage, reflector);
  }

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    return Promise.resolve(contractOf(context.getHandler())?.throttle !== 'client');
  }

  protected override async handleRequest({ context, limit, ttl }: ThrottlerRequest): Promise<boolean> {
    const http = context.switchToHttp();
    const { caller } = http.getRequest<GatedRequest>();
    if (!caller) throw new Problem('invalid_token');
    const record = await this.storageService.increment(`client:${caller.clientId}`, ttl, limit, 0, 'client');
    tellLimit(http.getResponse<FastifyReply>(), { name: 'client', limit, record });
    if (record.isBlocked)
      throw new Problem('too_many_requests', { headers: { 'Retry-After': String(record.timeToExpire) } });
    return true;
  }
}
