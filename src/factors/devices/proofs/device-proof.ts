// The proofs that confirm a device, and that it decides with.
import type { HolderKey } from '../../../platform/crypto/public-jwk.js';
import type { Decision } from './device-jws.policy.js';

/** The code that the device shows. */
export interface DeviceCode {
  readonly deviceCode: string;
}

/** What the device signed, with the number that the user typed on it. */
export interface DeviceDecision {
  readonly decision: Decision;
  readonly matchCode: string | undefined;
  /** Compact JWS. */
  readonly signature: string;
  /** The calling device. */
  readonly key: HolderKey;
}
