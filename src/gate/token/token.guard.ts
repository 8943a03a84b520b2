// The first guard: authentication. Sets `request.caller`, or refuses with the challenge of RFC 6750 or 9449.
import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import type { GatedRequest } from '../../contract/caller.js';
import { contractOf } from '../../contract/route-contract.js';
import { Clock } from '../../platform/clock/clock.js';
import { Problem } from '../../platform/errors/problem.js';
import { Suspensions } from '../../oauth/suspensions.js';
import type { ValidToken } from '../../oauth/access-token.policy.js';
import { ACCESS_TOKEN_STRATEGY } from './access-token.strategy.js';
import { challenge, invalidToken } from './www-authenticate.js';
import { Possession, type ProvenRequest } from './possession.js';
import { presentedToken, triedScheme, type PresentedToken } from './presented-token.js';
import { VerifiedTokens } from './verified-tokens.js';

type GuardedRequest = GatedRequest & FastifyRequest & ProvenRequest & { validToken?: ValidToken | false };

@Injectable()
export class TokenGuard extends AuthGuard(ACCESS_TOKEN_STRATEGY) {
  constructor(
    private readonly verified: VerifiedTokens,
    private readonly suspensions: Suspensions,
    private readonly possession: Possession,
    private readonly clock: Clock,
  ) {
    super({ property: 'validToken', session: false });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    // A route without a contract does not boot. If one is reached anyway, it is refused.
    const contract = contractOf(context.getHandler());
    if (contract && contract.auth !== 'token') return true;
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const presented = presentedToken(request);
    if (!presented) throw challenge(triedScheme(request));
    const validToken = this.stillGood(presented, await this.authenticate(context, request, presented));
    // SECURITY(T-06): checked at each use, also for a cached token: a cached token is not a cached proof.
    request.provenBy = this.possession.proven(request, presented, validToken);
    request.caller = validToken.caller;
    return true;
  }

  /** False instead of an error of the library's: `authenticate` knows by which scheme to refuse. */
  override handleRequest<User>(error: unknown, validToken: User | false): User {
    if (error instanceof Problem) throw error;
    return (error ? false : validToken) as User;
  }

  private async authenticate(
    context: ExecutionContext,
    request: GuardedRequest,
    { token, scheme }: PresentedToken,
  ): Promise<ValidToken> {
    const known = this.verified.recall(token);
    if (known) return known;
    await super.canActivate(context);
    if (!request.validToken) throw invalidToken(scheme);
    this.verified.remember(token, request.validToken);
    return request.validToken;
  }

  private stillGood({ scheme }: PresentedToken, validToken: ValidToken): ValidToken {
    const isOver = this.clock.nowMs() >= validToken.expiresAtSeconds * 1_000;
    if (isOver || this.suspensions.voids(validToken.caller.clientId, validToken.issuedAtSeconds))
      throw invalidToken(scheme);
    if (!this.suspensions.isFresh()) throw new Problem('service_unavailable');
    return validToken;
  }
}
