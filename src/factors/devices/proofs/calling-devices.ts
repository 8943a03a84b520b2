// Who calls, when a device does: the device that its proof names, if that one signed it for this request.
import { Injectable } from '@nestjs/common';
import type { CallingDevice } from '../../../contract/caller.js';
import { algorithmOf, readHolderKey } from '../../../platform/crypto/public-jwk.js';
import { missedMinimum, newest } from '../apps/app-version.policy.js';
import { coolOffEnd } from './cool-off.policy.js';
import { verifyRequest, readRequestProof, type DeviceRequest } from './device-jws.policy.js';
import { DeviceRepository } from '../device.repository.js';
import { dummyKey } from './dummy-key.js';

export interface IdentifiedDevice {
  readonly device: CallingDevice;
  readonly jti: string;
  /** From here on nobody accepts the proof, whether it was used or not. */
  readonly expiresAtMs: number;
  /** The version of the app that would be needed; null where its own suffices. */
  readonly missedMinimum: string | null;
}

@Injectable()
export class CallingDevices {
  constructor(private readonly devices: DeviceRepository) {}

  /**
   * Null for every reason not to believe it: a device that is unknown, pending, removed or another tenant's, and a proof that is
   * none, is over, or was made for another request. That it counts once is the ledger's to say.
   */
  async identify(text: string, request: DeviceRequest): Promise<IdentifiedDevice | null> {
    const proof = readRequestProof(text);
    if (!proof) return null;
    const { tenant: tenantId, sub: factorId, jti, app_version: version } = proof.claims;
    const found = await this.devices.active({ tenantId, id: factorId });
    // SECURITY(T-34): an unknown device costs a signature too, by the algorithm that was named, against a key that is nobody's.
    const isTheirs = found !== null && algorithmOf(found.publicJwk) === proof.jws.header['alg'];
    const key = readHolderKey(isTheirs ? found.publicJwk : dummyKey(proof.jws.header['alg']));
    const expiresAtMs = key && verifyRequest(proof, key, request);
    if (!isTheirs || !key || expiresAtMs === null) return null;
    const { userId, activatedAt, minimums } = found;
    return {
      device: { tenantId, userId, factorId, activatedAt, key, coolsOffUntilMs: coolOffEnd(found) },
      jti,
      expiresAtMs,
      missedMinimum: missedMinimum(version, newest(minimums)),
    };
  }
}
