// Authenticates devices: the key of an active device signed a proof for this request.
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { GatedRequest } from '../../contract/caller.js';
import { contractOf } from '../../contract/route-contract.js';
import { CallingDevices, type IdentifiedDevice } from '../../factors/devices/proofs/calling-devices.js';
import { Clock } from '../../platform/clock/clock.js';
import { sha256Text } from '../../platform/crypto/digest.js';
import { Problem } from '../../platform/errors/problem.js';
import { ISSUER } from '../../signing/issuer.js';
import { bodyText } from '../frame/body-parsers.js';
import { invalidDeviceProof } from './www-authenticate.js';
import { addressOf } from './request-address.js';

/** Result of the gate: the proof that has to be used up. */
export interface DeviceRequestState {
  identifiedDevice?: IdentifiedDevice;
}

type GuardedRequest = GatedRequest & FastifyRequest & DeviceRequestState;

// The scheme, one space, a compact JWS, and the end.
const PRESENTED = /^DeviceProof ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;

@Injectable()
export class DeviceGuard implements CanActivate {
  constructor(
    private readonly devices: CallingDevices,
    private readonly clock: Clock,
    @Inject(ISSUER) private readonly issuer: string,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (contractOf(context.getHandler())?.auth !== 'device') return true;
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const identified = await this.identified(request);
    if (!identified) throw invalidDeviceProof();
    // An app below the minimum version is refused for every request.
    if (identified.missedMinimum !== null)
      throw new Problem('app_too_old', { minimumVersion: identified.missedMinimum });
    request.identifiedDevice = identified;
    request.device = identified.device;
    return true;
  }

  private async identified(request: GuardedRequest): Promise<IdentifiedDevice | null> {
    const [, proof] = PRESENTED.exec(request.headers.authorization ?? '') ?? [];
    if (proof === undefined) return null;
    const body = bodyText(request);
    return this.devices.identify(proof, {
      method: request.method,
      url: addressOf(this.issuer, request),
      nowMs: this.clock.nowMs(),
      bodyHash: body === undefined ? undefined : sha256Text(body),
    });
  }
}
