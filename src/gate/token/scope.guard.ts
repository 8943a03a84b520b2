// The second guard: may they. Compares the token's scopes with the one the contract names.
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { GatedRequest } from '../../contract/caller.js';
import { contractOf } from '../../contract/route-contract.js';
import { Problem } from '../../platform/errors/problem.js';

@Injectable()
export class ScopeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const contract = contractOf(context.getHandler());
    if (contract && contract.auth !== 'token') return true;
    const { caller } = context.switchToHttp().getRequest<GatedRequest>();
    const scope = contract?.scope;
    if (scope !== undefined && caller?.scopes.has(scope)) return true;
    // RFC 6750 §3.1.
    const header = `Bearer realm="countersign", error="insufficient_scope", scope="${scope ?? ''}"`;
    throw new Problem('insufficient_scope', { headers: { 'WWW-Authenticate': header } });
  }
}
