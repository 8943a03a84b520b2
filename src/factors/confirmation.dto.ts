// The body that confirms a pending factor. A kind of factor with another proof adds its own form here.
import { z } from 'zod';
import { oneProof } from './proof.dto.js';
import { OneTimeCode } from './totp/totp.dto.js';
import { RegistrationCredential } from './webauthn/credential.dto.js';

export const ConfirmBody = z
  .strictObject({ code: OneTimeCode.optional(), credential: RegistrationCredential.optional() })
  .meta({ examples: [{ code: '123456' }] })
  .transform((given, context) => ({ proof: oneProof(given, context) }));

export type ConfirmBody = z.infer<typeof ConfirmBody>;
