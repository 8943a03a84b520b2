// The schemes of the header Authorization, as `WWW-Authenticate` names them (RFC 6750 §3, RFC 9449 §7.1).
import { HOLDER_ALGORITHMS } from '../platform/crypto/public-jwk.js';

export type TokenScheme = 'bearer' | 'dpop';

export const AUTHENTICATION_SCHEMES: Readonly<Record<TokenScheme, string>> = {
  bearer: 'Bearer realm="countersign"',
  dpop: `DPoP algs="${HOLDER_ALGORITHMS.join(' ')}"`,
};

/** A scheme of this service, for the routes of devices. */
export const DEVICE_SCHEME = `DeviceProof algs="${HOLDER_ALGORITHMS.join(' ')}"`;
