// The client credentials grant (RFC 6749 §4.4): authenticates a client and signs an access token (RFC 9068).
import { Inject, Injectable } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import type { AuditReason } from '../../audit/actions.js';
import { AuditLog } from '../../audit/audit-log.js';
import type { Origin } from '../../contract/caller.js';
import { Clock } from '../../platform/clock/clock.js';
import { constantTimeEqual } from '../../platform/crypto/constant-time.js';
import { hashToken, isWellFormedToken } from '../../platform/crypto/token.js';
import { fromTypeId, newUuid, toTypeId } from '../../platform/crypto/type-id.js';
import { Database } from '../../platform/database/database.js';
import { ClientRepository, type ClientRecord } from '../clients/client.repository.js';
import { SECRET_PREFIX } from '../clients/client.service.js';
import { ACCESS_TOKEN_SECONDS, ACCESS_TOKEN_TYPE, type AccessTokenClaims } from './access-token.policy.js';
import type { PresentedCredentials } from './client-credentials.policy.js';
import { ISSUER } from './issuer.js';
import { OAuthError } from './oauth.errors.js';
import { SigningKeys } from './signing-keys.js';

export interface IssuedToken {
  readonly token: string;
  readonly scope: string;
}

@Injectable()
export class TokenIssuer {
  constructor(
    private readonly clients: ClientRepository,
    private readonly keys: SigningKeys,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    @Inject(ISSUER) private readonly issuer: string,
  ) {}

  /** @throws OAuthError `invalid_client` or `invalid_scope`. */
  async issue(credentials: PresentedCredentials, wanted: string | undefined, origin: Origin): Promise<IssuedToken> {
    const client = await this.authenticated(credentials, origin);
    const scope = grantedScope(client.scopes, wanted);
    if (scope === null) {
      await this.record(client, origin, 'scope_not_allowed');
      throw new OAuthError('invalid_scope', 'The client does not have every scope asked for.');
    }
    await this.record(client, origin);
    return { token: this.signed(client, scope), scope };
  }

  private async authenticated({ clientId, clientSecret }: PresentedCredentials, origin: Origin): Promise<ClientRecord> {
    const id = fromTypeId('cli', clientId);
    // Garbage is told by its checksum, without a question to the database.
    if (id === null || !isWellFormedToken(SECRET_PREFIX, clientSecret)) throw invalidClient();
    const client = await this.clients.find(id);
    const isRight = matches(client, hashToken(clientSecret));
    if (!client) throw invalidClient();
    if (isRight && client.status === 'active') return client;
    await this.record(client, origin, isRight ? 'suspended' : 'wrong_secret');
    throw invalidClient();
  }

  private signed(client: ClientRecord, scope: string): string {
    const { kid, privateKey } = this.keys.signer();
    const issuedAt = Math.floor(this.clock.nowMs() / 1_000);
    const clientId = toTypeId('cli', client.id);
    const claims: AccessTokenClaims = {
      iss: this.issuer,
      aud: this.issuer,
      sub: clientId,
      client_id: clientId,
      tenant: toTypeId('ten', client.tenantId),
      scope,
      iat: issuedAt,
      exp: issuedAt + ACCESS_TOKEN_SECONDS,
      jti: newUuid(this.clock),
    };
    return jwt.sign(claims, privateKey, { algorithm: 'ES256', header: { alg: 'ES256', typ: ACCESS_TOKEN_TYPE, kid } });
  }

  private record(client: ClientRecord, origin: Origin, reason?: AuditReason): Promise<void> {
    const action = reason === undefined ? 'token.issued' : 'token.refused';
    const actor = { clientId: client.id, ...origin };
    const entry = { tenantId: client.tenantId, action, actor, ...(reason === undefined ? {} : { reason }) } as const;
    return this.database.inTransaction((transaction) => this.audit.record(transaction, entry));
  }
}

function invalidClient(): OAuthError {
  return new OAuthError('invalid_client', 'The client is unknown, suspended, or its secret is wrong.');
}

// SECURITY(T-05): compares with both slots always, so that the time does not tell how many secrets are live.
function matches(client: ClientRecord | null, presented: Buffer): boolean {
  const nothing = new Uint8Array(32);
  const stored = [0, 1].map((index) => client?.secrets[index]?.secretHash ?? nothing);
  return stored.map((hash) => constantTimeEqual(hash, presented)).includes(true);
}

/** Every scope of the client when none is asked for; null when one is asked for that it does not have. */
function grantedScope(allowed: readonly string[], wanted: string | undefined): string | null {
  if (wanted === undefined || wanted.trim() === '') return allowed.join(' ');
  const asked = [...new Set(wanted.split(' ').filter((scope) => scope !== ''))];
  return asked.every((scope) => allowed.includes(scope)) ? asked.join(' ') : null;
}
