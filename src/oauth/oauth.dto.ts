import { z } from 'zod';
import { MAX_JWS_LENGTH } from '../platform/crypto/compact-jws.js';
import { ACCESS_TOKEN_SECONDS } from './access-token.policy.js';
import { CLIENT_ASSERTION_TYPE } from './client-assertion.policy.js';

const parameter = z.string().max(2048);

/**
 * RFC 6749 §3.2: unknown parameters are ignored, so this schema is not strict. A repeated one is an array and is
 * refused.
 */
export const TokenRequest = z
  .object({
    grant_type: parameter.meta({ examples: ['client_credentials'] }),
    scope: parameter.optional().meta({
      description: 'Space-separated. Default: every scope of the client that the token may hold.',
      examples: ['factors:write verify'],
    }),
    client_id: parameter.optional().meta({ examples: ['cli_01kaqy4zq7e1kvf3xh2vbsrzq0'] }),
    client_secret: parameter
      .optional()
      .meta({ description: 'Here or in `Authorization: Basic`, not in both.', examples: ['csk_…'] }),
    client_assertion_type: parameter.optional().meta({
      description: `\`${CLIENT_ASSERTION_TYPE}\`, with \`client_assertion\` and without a secret.`,
    }),
    client_assertion: z
      .string()
      .max(MAX_JWS_LENGTH)
      .optional()
      .meta({
        description:
          'A JWT signed with a registered key of the client (RFC 7523). `iss` and `sub` are the client id, ' +
          '`aud` is the issuer only, `exp` is at most five minutes ahead, and `jti` is new each time.',
      }),
  })
  .meta({ examples: [{ grant_type: 'client_credentials', scope: 'factors:write verify' }] });

export const TokenAnswer = z
  .object({
    access_token: z.string(),
    token_type: z.enum(['Bearer', 'DPoP']).meta({ description: '`DPoP` if the request had a DPoP proof.' }),
    expires_in: z.number().meta({ description: 'Seconds.', examples: [ACCESS_TOKEN_SECONDS] }),
    scope: z.string(),
  })
  .meta({
    examples: [
      {
        access_token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl',
        token_type: 'Bearer',
        expires_in: ACCESS_TOKEN_SECONDS,
        scope: 'factors:write verify',
      },
    ],
  });

/** RFC 8414 §2. */
export const ServerMetadata = z
  .object({
    issuer: z.string(),
    token_endpoint: z.string(),
    jwks_uri: z.string(),
    scopes_supported: z.array(z.string()),
    response_types_supported: z
      .array(z.string())
      .meta({ description: 'Empty, since there is no authorization endpoint.' }),
    grant_types_supported: z.array(z.string()),
    token_endpoint_auth_methods_supported: z.array(z.string()),
    token_endpoint_auth_signing_alg_values_supported: z.array(z.string()),
    dpop_signing_alg_values_supported: z.array(z.string()).meta({ description: 'RFC 9449 §5.1.' }),
  })
  .meta({
    examples: [
      {
        issuer: 'https://mfa.example',
        token_endpoint: 'https://mfa.example/oauth2/token',
        jwks_uri: 'https://mfa.example/.well-known/jwks.json',
        scopes_supported: ['factors:write', 'verify'],
        response_types_supported: [],
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
        token_endpoint_auth_signing_alg_values_supported: ['ES256', 'EdDSA'],
        dpop_signing_alg_values_supported: ['ES256', 'EdDSA'],
      },
    ],
  });

export const Jwks = z
  .object({
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
  })
  .meta({
    examples: [
      {
        keys: [
          {
            kty: 'EC',
            crv: 'P-256',
            x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
            y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
            kid: '1',
            use: 'sig',
            alg: 'ES256',
          },
        ],
      },
    ],
  });

export type TokenRequest = z.infer<typeof TokenRequest>;
export type TokenAnswer = z.infer<typeof TokenAnswer>;
export type ServerMetadata = z.infer<typeof ServerMetadata>;
export type Jwks = z.infer<typeof Jwks>;
