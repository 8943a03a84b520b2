// The second guard: may they. Compares the token's scopes with what the contract names; a client whose look-ups were stopped has none of
// those that answer it.
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Quarantines } from '../../abuse/quarantine/quarantines.js';
import type { GatedRequest } from '../../contract/caller.js';
import { insufficientScope } from '../../contract/demanded-scope.js';
import { contractOf, scopesOf } from '../../contract/route-contract.js';
import { isLookUpScope } from '../../contract/scopes.js';

@Injectable()
export class ScopeGuard implements CanActivate {
  constructor(private readonly quarantines: Quarantines) {}

  canActivate(context: ExecutionContext): boolean {
    const contract = contractOf(context.getHandler());
    if (contract && contract.auth !== 'token') return true;
    const { caller } = context.switchToHttp().getRequest<GatedRequest>();
    const scopes = contract ? scopesOf(contract) : [];
    if (!caller || !scopes.some((scope) => caller.scopes.has(scope))) throw insufficientScope(caller, scopes[0] ?? '');
    // SECURITY(T-41): asked at each use, so that tokens that were given before look nothing up either.
    if (scopes.some(isLookUpScope)) this.quarantines.mustNotHold(caller.clientId, 'look_ups');
    return true;
  }
}
