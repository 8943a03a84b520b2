// Owner of the table signing_keys, the one table that belongs to no tenant. Seals and opens the private keys.
import { Injectable } from '@nestjs/common';
import { RowBinder } from '../platform/keys/row-binder.js';
import { SealBroken, Sealer } from '../platform/crypto/sealer.js';
import type { NewSigningKey, PublicJwk } from '../platform/crypto/signing-key.js';
import { Database, type Transaction } from '../platform/database/database.js';
import type { KeyTimes } from './signing-keys.policy.js';

export interface StoredSigningKey extends KeyTimes {
  readonly publicJwk: PublicJwk;
  /** Whether the service wrote it. If not, it is neither published nor used. */
  readonly isBound: boolean;
  /** Null if it cannot be opened. */
  openPrivate(): Buffer | null;
}

// An arbitrary number that no other advisory lock of this service has.
const ADDING_KEYS = 33_420_546;

@Injectable()
export class SigningKeyRepository {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly binder: RowBinder,
  ) {}

  async all(): Promise<StoredSigningKey[]> {
    const rows = await this.database.prisma.signingKey.findMany();
    return rows.map(({ kid, publicJwk, privateSealed, createdAt, signsFrom, rowMac }) => ({
      isBound: this.binder.isBound('signing_keys', factsOf({ kid, publicJwk, createdAt, signsFrom }), rowMac),
      kid,
      createdAt,
      signsFrom,
      publicJwk: publicJwk as unknown as PublicJwk,
      openPrivate: () => this.opened(privateSealed, kid),
    }));
  }

  async add(transaction: Transaction, key: NewSigningKey, times: { createdAt: Date; signsFrom: Date }): Promise<void> {
    const { kid } = key.publicJwk;
    const privateSealed = Uint8Array.from(this.sealer.seal(key.privateDer, placeOf(kid)));
    const publicJwk = { ...key.publicJwk };
    const rowMac = this.binder.bind('signing_keys', factsOf({ kid, publicJwk, ...times }));
    await transaction.signingKey.create({ data: { kid, publicJwk, privateSealed, ...times, rowMac } });
  }

  private opened(sealed: Uint8Array, kid: string): Buffer | null {
    try {
      return this.sealer.open(sealed, placeOf(kid));
    } catch (error) {
      if (error instanceof SealBroken) return null;
      throw error;
    }
  }

  /** Serialises the adding of keys. */
  async lock(transaction: Transaction): Promise<void> {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${ADDING_KEYS})`;
  }

  async times(transaction: Transaction): Promise<KeyTimes[]> {
    return transaction.signingKey.findMany({ select: { kid: true, createdAt: true, signsFrom: true } });
  }

  async count(transaction: Transaction): Promise<number> {
    return transaction.signingKey.count();
  }

  async remove(transaction: Transaction, kids: readonly string[]): Promise<void> {
    await transaction.signingKey.deleteMany({ where: { kid: { in: [...kids] } } });
  }
}

function factsOf({ kid, publicJwk, createdAt, signsFrom }: KeyTimes & { readonly publicJwk: unknown }) {
  return { kid, public_jwk: publicJwk, created_at: createdAt, signs_from: signsFrom };
}

function placeOf(kid: string) {
  return { tenantId: '', table: 'signing_keys', column: 'private_sealed', rowId: kid };
}
