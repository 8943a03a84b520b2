// The last guard: uses the caller's proof up. It stands behind scope and throttle, so that what they refuse writes nothing.
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { GatedRequest } from '../../contract/caller.js';
import { contractOf } from '../../contract/route-contract.js';
import { TokenLedger } from '../../tenants/tokens/token-ledger.js';
import { invalidProof, invalidToken } from './challenges.js';
import type { ProvenRequest } from './possession.js';

@Injectable()
export class ProofOnceGuard implements CanActivate {
  constructor(private readonly ledger: TokenLedger) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const contract = contractOf(context.getHandler());
    if (contract && contract.auth !== 'token') return true;
    const { caller, provenBy } = context.switchToHttp().getRequest<GatedRequest & ProvenRequest>();
    // Nobody looked: closed.
    if (!caller || provenBy === undefined) throw invalidToken('bearer');
    // SECURITY(T-06): one use on all instances together; without it an overheard request could be sent again for a minute.
    if (provenBy && !(await this.ledger.spendProof(caller.tenantId, provenBy))) throw invalidProof();
    return true;
  }
}
