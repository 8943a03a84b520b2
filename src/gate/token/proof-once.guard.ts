// The last guard: uses the caller's proof up. It stands behind scope and throttle, so that what they refuse writes nothing.
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { GatedRequest } from '../../contract/caller.js';
import { contractOf } from '../../contract/route-contract.js';
import { TokenLedger } from '../../oauth/token-ledger.js';
import { invalidDeviceProof, invalidProof, invalidToken } from './www-authenticate.js';
import type { DeviceRequestState } from './device.guard.js';
import type { ProvenRequest } from './possession.js';

@Injectable()
export class ProofOnceGuard implements CanActivate {
  constructor(private readonly ledger: TokenLedger) {}

  canActivate(context: ExecutionContext): Promise<boolean> | boolean {
    const request = context.switchToHttp().getRequest<GatedRequest & ProvenRequest & DeviceRequestState>();
    const auth = contractOf(context.getHandler())?.auth ?? 'token';
    if (auth === 'device') return this.spendDevices(request);
    return auth === 'token' ? this.spendClients(request) : true;
  }

  private async spendClients({ caller, provenBy }: GatedRequest & ProvenRequest): Promise<boolean> {
    // Nobody looked: closed.
    if (!caller || provenBy === undefined) throw invalidToken('bearer');
    // SECURITY(T-06): one use on all instances together; without it an overheard request could be sent again for a minute.
    if (provenBy && !(await this.ledger.spendProof(caller.tenantId, provenBy))) throw invalidProof();
    return true;
  }

  private async spendDevices({ judgedDevice: judged }: DeviceRequestState): Promise<boolean> {
    // SECURITY(T-34): the same for what a device sent.
    if (!judged || !(await this.ledger.spendDeviceProof(judged.device, judged))) throw invalidDeviceProof();
    return true;
  }
}
