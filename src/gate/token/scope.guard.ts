// The second guard: authorization. Compares the token's scopes with the contract. A client whose look-ups are blocked
// lacks those scopes.
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
    // SECURITY(T-41): checked at each use, so that tokens issued before the block are refused too.
    if (scopes.some(isLookUpScope)) this.quarantines.mustNotHold(caller.clientId, 'look_ups');
    return true;
  }
}
