// The second guard: may they. Compares the token's scopes with the one the contract names.
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { GatedRequest } from '../../contract/caller.js';
import { contractOf } from '../../contract/route-contract.js';
import { insufficientScope } from './challenges.js';
import { presentedToken, type TokenHeaders } from './presented-token.js';

@Injectable()
export class ScopeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const contract = contractOf(context.getHandler());
    if (contract && contract.auth !== 'token') return true;
    const request = context.switchToHttp().getRequest<GatedRequest & TokenHeaders>();
    const scope = contract?.scope;
    if (scope !== undefined && request.caller?.scopes.has(scope)) return true;
    throw insufficientScope(presentedToken(request)?.scheme ?? 'bearer', scope ?? '');
  }
}
