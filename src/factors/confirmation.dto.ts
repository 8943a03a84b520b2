// What makes a pending factor active. A kind of factor with another proof adds its own form here.
import { z } from 'zod';
import { FACTOR_TYPES } from './factor-method.js';
import { oneProof } from './proof.dto.js';
import { OneTimeCode } from './totp/totp.dto.js';
import { RegistrationCredential } from './webauthn/credential.dto.js';

export const ConfirmBody = z
  .strictObject({ code: OneTimeCode.optional(), credential: RegistrationCredential.optional() })
  .meta({ examples: [{ code: '123456' }] })
  .transform((given, context) => ({ proof: oneProof(given, context) }));

export const ConfirmedFactor = z
  .object({ id: z.string(), type: z.enum(FACTOR_TYPES), status: z.literal('active') })
  .meta({ examples: [{ id: 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0', type: 'totp', status: 'active' }] });

export type ConfirmBody = z.infer<typeof ConfirmBody>;
export type ConfirmedFactor = z.infer<typeof ConfirmedFactor>;
