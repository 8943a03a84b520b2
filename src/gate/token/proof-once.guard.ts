// Uses up the caller's proof. It runs after the checks of scope and throttle, so that refused requests write nothing.
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
    // No guard has set the proof: refuse.
    if (!caller || provenBy === undefined) throw invalidToken('bearer');
    // SECURITY(T-06): one use over all instances. Otherwise an intercepted request could be replayed for a minute.
    if (provenBy && !(await this.ledger.spendProof(caller.tenantId, provenBy))) throw invalidProof();
    return true;
  }

  private async spendDevices({ identifiedDevice: identified }: DeviceRequestState): Promise<boolean> {
    // SECURITY(T-34): the same for a device's proof.
    if (!identified || !(await this.ledger.spendDeviceProof(identified.device, identified))) throw invalidDeviceProof();
    return true;
  }
}
