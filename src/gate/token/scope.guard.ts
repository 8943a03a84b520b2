// The second guard: may they. Compares the token's scopes with what the contract names.
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { GatedRequest } from '../../contract/caller.js';
import { insufficientScope } from '../../contract/demanded-scope.js';
import { contractOf, scopesOf } from '../../contract/route-contract.js';

@Injectable()
export class ScopeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const contract = contractOf(context.getHandler());
    if (contract && contract.auth !== 'token') return true;
    const { caller } = context.switchToHttp().getRequest<GatedRequest>();
    const scopes = contract ? scopesOf(contract) : [];
    if (caller && scopes.some((scope) => caller.scopes.has(scope))) return true;
    throw insufficientScope(caller, scopes[0] ?? '');
  }
}
