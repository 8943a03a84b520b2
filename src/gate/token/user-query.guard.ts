// The last guard: records which user a client queries, before the answer. Queries that leave an audit event are counted
// from the log.
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
    // No guard has set the caller: refuse.
    if (!caller) throw new Problem('invalid_token');
    const isStoppable = userQuery === 'stoppable';
    if (isStoppable) this.quarantines.mustNotHold(caller.clientId, 'user_lists');
    const userId = UserId.safeParse(params.userId);
    // SECURITY(T-52): one row for every user, known or not. An answer that is not counted could be harvested.
    if (userId.success) await this.queries.note(caller, userId.data, { isStoppable });
    return true;
  }
}
