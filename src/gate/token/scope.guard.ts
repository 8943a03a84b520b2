// The second guard: may they. Compares the token's scopes with what the contract names.
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { GatedRequest } from '../../contract/caller.js';
import { contractOf, scopesOf } from '../../contract/route-contract.js';
import { Problem } from '../../platform/errors/problem.js';

@Injectable()
export class ScopeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const contract = contractOf(context.getHandler());
    if (contract && contract.auth !== 'token') return true;
    const { caller } = context.switchToHttp().getRequest<GatedRequest>();
    const scopes = contract ? scopesOf(contract) : [];
    if (scopes.some((scope) => caller?.scopes.has(scope))) return true;
    throw new Problem('insufficient_scope', { missingScope: scopes[0] ?? '' });
  }
}
