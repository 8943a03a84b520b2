// Authenticates the client of a token request. Writes nothing: the result holds what to record, and what to use up.
import { Inject, Injectable } from '@nestjs/common';
import type { TokenRefusalReason } from '../contract/audit-actions.js';
import { Clock } from '../platform/clock/clock.js';
import { isSignedBy, type ReadJws } from '../platform/crypto/compact-jws.js';
import { constantTimeEqual } from '../platform/crypto/constant-time.js';
import { readHolderKey } from '../platform/crypto/public-jwk.js';
import { hashToken, isWellFormedToken } from '../platform/crypto/token.js';
import { fromTypeId } from '../platform/crypto/type-id.js';
import { ClientRepository, type ClientRecord } from '../tenants/clients/client.repository.js';
import { SECRET_PREFIX } from '../tenants/clients/client.service.js';
import { validateClientAssertion, readClientAssertion, type ValidClientAssertion } from './client-assertion.policy.js';
import type { PresentedAssertion, PresentedCredentials, PresentedSecret } from './client-credentials.policy.js';
import { ISSUER } from '../signing/issuer.js';

/** The named client, the reason if it is refused, and the assertion to use up. */
export interface AuthenticatedClient {
  readonly client: ClientRecord;
  readonly reason: TokenRefusalReason | null;
  readonly assertion: ValidClientAssertion | null;
}

@Injectable()
export class ClientAuthentication {
  constructor(
    private readonly clients: ClientRepository,
    private readonly clock: Clock,
    @Inject(ISSUER) private readonly issuer: string,
  ) {}

  /** Null if no existing client was named. */
  async authenticate(credentials: PresentedCredentials): Promise<AuthenticatedClient | null> {
    return credentials.kind === 'secret' ? this.bySecret(credentials) : this.byAssertion(credentials);
  }

  private async bySecret({ clientId, clientSecret }: PresentedSecret): Promise<AuthenticatedClient | null> {
    const id = fromTypeId('cli', clientId);
    // A malformed secret fails its checksum and costs no query.
    if (id === null || !isWellFormedToken(SECRET_PREFIX, clientSecret)) return null;
    const client = await this.clients.find(id);
    const isRight = matches(client, hashToken(clientSecret));
    return client && { client, reason: isRight ? suspensionOf(client) : 'wrong_secret', assertion: null };
  }

  private async byAssertion({ clientId, assertion }: PresentedAssertion): Promise<AuthenticatedClient | null> {
    const read = readClientAssertion(assertion, clientId);
    const client = read && (await this.clients.find(read.clientId));
    if (!client) return null;
    if (!isSignedByKeyOf(client, read.jws)) return { client, reason: 'wrong_client_key', assertion: null };
    const claims = validateClientAssertion(read.jws, { issuer: this.issuer, nowMs: this.clock.nowMs() });
    return { client, reason: claims ? suspensionOf(client) : 'client_assertion_not_valid', assertion: claims };
  }
}

function suspensionOf({ status }: ClientRecord): TokenRefusalReason | null {
  if (status === 'canary') return 'canary_credential';
  return status === 'active' ? null : 'suspended';
}

// SECURITY(T-05): always compares with both slots, so that the time does not reveal how many secrets are live.
function matches(client: ClientRecord | null, presented: Buffer): boolean {
  const nothing = new Uint8Array(32);
  const stored = [0, 1].map((index) => client?.secrets[index]?.secretHash ?? nothing);
  return stored.map((hash) => constantTimeEqual(hash, presented)).includes(true);
}

// SECURITY(T-06): verifies with the client's registered keys, always both. `kid`, `jwk` and URLs of the assertion are
// ignored.
function isSignedByKeyOf({ keys }: ClientRecord, jws: ReadJws): boolean {
  return keys.some(({ publicJwk }) => {
    const key = readHolderKey(publicJwk);
    return key !== null && isSignedBy(jws, key);
  });
}
