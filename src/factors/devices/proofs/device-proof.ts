// The proofs that a device is confirmed by and decides with.
import type { HolderKey } from '../../../platform/crypto/public-jwk.js';
import type { Decision } from './device-jws.policy.js';

/** What the user read off the device. */
export interface DeviceCode {
  readonly deviceCode: string;
}

/** What the device signed, with the number that the user typed on it. */
export interface DeviceDecision {
  readonly decision: Decision;
  readonly matchCode: string | undefined;
  /** Compact JWS. */
  readonly signature: string;
  /** Of the device that calls. */
  readonly key: HolderKey;
}
