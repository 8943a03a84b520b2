// Authenticates a device: the proof names it, and its key signed the proof for this request.
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
  /** When the proof expires and its jti can be deleted. */
  readonly expiresAtMs: number;
  /** The minimum version of the app. Null if its version is new enough. */
  readonly missedMinimum: string | null;
}

@Injectable()
export class CallingDevices {
  constructor(private readonly devices: DeviceRepository) {}

  /**
   * Null if the device is unknown, pending, removed or another tenant's, and if the proof is invalid, expired or made
   * for another request. Using up the proof is left to the caller.
   */
  async identify(text: string, request: DeviceRequest): Promise<IdentifiedDevice | null> {
    const proof = readRequestProof(text);
    if (!proof) return null;
    const { tenant: tenantId, sub: factorId, jti, app_version: version } = proof.claims;
    const found = await this.devices.active({ tenantId, id: factorId });
    // SECURITY(T-34): an unknown device costs a signature verification too, with the named algorithm and a dummy key.
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
