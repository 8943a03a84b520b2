import { z } from 'zod';
import { ACCESS_TOKEN_SECONDS } from './access-token.policy.js';

const parameter = z.string().max(2048);

/** RFC 6749 §3.2: unknown parameters are ignored, so this schema is not strict. A repeated one is an array: refused. */
export const TokenRequest = z
  .object({
    grant_type: parameter.meta({ examples: ['client_credentials'] }),
    scope: parameter.optional().meta({ description: 'Space-separated. Left out: every scope of the client.' }),
    client_id: parameter.optional(),
    client_secret: parameter.optional(),
  })
  .meta({ examples: [{ grant_type: 'client_credentials', scope: 'factors:write verify' }] });

export const TokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number().meta({ description: 'Seconds.', examples: [ACCESS_TOKEN_SECONDS] }),
  scope: z.string(),
});

/** RFC 8414 §2. */
export const ServerMetadata = z.object({
  issuer: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  scopes_supported: z.array(z.string()),
  response_types_supported: z.array(z.string()).meta({ description: 'Empty: there is no authorization endpoint.' }),
  grant_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()),
});

export const Jwks = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string(),
      y: z.string(),
      kid: z.string(),
      use: z.literal('sig'),
      alg: z.literal('ES256'),
    }),
  ),
});

export type TokenRequest = z.infer<typeof TokenRequest>;
export type TokenAnswer = z.infer<typeof TokenAnswer>;
export type ServerMetadata = z.infer<typeof ServerMetadata>;
export type Jwks = z.infer<typeof Jwks>;
