// The last guard: which users a client asks about is counted before it is answered. What leaves an event of its own is counted from there.
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Quarantines } from '../../abuse/quarantine/quarantines.js';
import { UserQueries } from '../../abuse/harvest/user-queries.js';
import type { GatedRequest } from '../../contract/caller.js';
import { contractOf } from '../../contract/route-contract.js';
import { Problem } from '../../platform/errors/problem.js';
import { UserId } from '../../users/user-id.dto.js';

type NamingRequest = GatedRequest & { readonly params: { readonly userId?: string } };

@Injectable()
export class UserQueryGuard implements CanActivate {
  constructor(
    private readonly queries: UserQueries,
    private readonly quarantines: Quarantines,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const userQuery = contractOf(context.getHandler())?.userQuery;
    if (userQuery !== 'counted' && userQuery !== 'stoppable') return true;
    const { caller, params } = context.switchToHttp().getRequest<NamingRequest>();
    // Nobody looked: closed.
    if (!caller) throw new Problem('invalid_token');
    const isStoppable = userQuery === 'stoppable';
    if (isStoppable) this.quarantines.mustNotHold(caller.clientId, 'user_lists');
    const userId = UserId.safeParse(params.userId);
    // SECURITY(T-52): whoever is there or not, one row: an answer that is not counted is one that can be harvested.
    if (userId.success) await this.queries.note(caller, userId.data, { isStoppable });
    return true;
  }
}
