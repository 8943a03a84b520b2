// The first guard: who calls. Fills `request.caller`, or refuses with the challenge of RFC 6750.
import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import type { GatedRequest } from '../../contract/caller.js';
import { contractOf } from '../../contract/route-contract.js';
import { Clock } from '../../platform/clock/clock.js';
import { Problem } from '../../platform/errors/problem.js';
import { Suspensions } from '../../tenants/clients/suspensions.js';
import type { JudgedToken } from '../../tenants/tokens/access-token.policy.js';
import { ACCESS_TOKEN_STRATEGY, bearerToken } from './access-token.strategy.js';
import { VerifiedTokens } from './verified-tokens.js';

@Injectable()
export class TokenGuard extends AuthGuard(ACCESS_TOKEN_STRATEGY) {
  constructor(
    private readonly verified: VerifiedTokens,
    private readonly suspensions: Suspensions,
    private readonly clock: Clock,
  ) {
    super({ property: 'judgedToken', session: false });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    // A route without a contract does not boot; should one be reached all the same, it is closed.
    const contract = contractOf(context.getHandler());
    if (contract && contract.auth !== 'token') return true;
    const request = context.switchToHttp().getRequest<GatedRequest & FastifyRequest & { judgedToken?: JudgedToken }>();
    const token = bearerToken(request);
    if (token === null)
      throw challenge(/^bearer\b/i.test(request.headers.authorization ?? '') ? 'invalid_token' : undefined);
    const judged = this.verified.recall(token) ?? (await this.judge(context, request, token));
    request.caller = this.stillGood(judged).caller;
    return true;
  }

  override handleRequest<User>(error: unknown, judged: User | false): User {
    if (error instanceof Problem) throw error;
    if (error || !judged) throw challenge('invalid_token');
    return judged;
  }

  private async judge(
    context: ExecutionContext,
    request: { judgedToken?: JudgedToken },
    token: string,
  ): Promise<JudgedToken> {
    await super.canActivate(context);
    if (!request.judgedToken) throw challenge('invalid_token');
    this.verified.remember(token, request.judgedToken);
    return request.judgedToken;
  }

  private stillGood(judged: JudgedToken): JudgedToken {
    const isOver = this.clock.nowMs() >= judged.expiresAtSeconds * 1_000;
    if (isOver || this.suspensions.voids(judged.caller.clientId, judged.issuedAtSeconds))
      throw challenge('invalid_token');
    if (!this.suspensions.isFresh()) throw new Problem('service_unavailable');
    return judged;
  }
}

/** RFC 6750 §3: no error code when no token was sent at all. */
function challenge(error?: 'invalid_token'): Problem {
  const attributes = error === undefined ? '' : `, error="${error}"`;
  return new Problem('invalid_token', { headers: { 'WWW-Authenticate': `Bearer realm="countersign"${attributes}` } });
}
