// Owner of the table client_keys: the public keys with which clients authenticate.
import { Injectable } from '@nestjs/common';
import { BoundClients } from './bound-clients.js';
import type { HolderJwk } from '../../platform/crypto/public-jwk.js';
import type { Transaction } from '../../platform/database/database.js';

export interface NewClientKey {
  readonly tenantId: string;
  readonly clientId: string;
  readonly kid: string;
  readonly publicJwk: HolderJwk;
  readonly createdAt: Date;
}

@Injectable()
export class ClientKeyRepository {
  constructor(private readonly bound: BoundClients) {}

  /** The slot taken. Null if two keys are live, or if this one is: the table's key decides, not a count before. */
  async add(transaction: Transaction, key: NewClientKey): Promise<number | null> {
    for (const slot of [1, 2]) {
      const rowMac = this.bound.keyMac({ ...key, slot });
      const data = { ...key, publicJwk: { ...key.publicJwk }, slot, rowMac };
      const { count } = await transaction.clientKey.createMany({ data, skipDuplicates: true });
      if (count === 1) return slot;
    }
    return null;
  }

  async remove(transaction: Transaction, key: { tenantId: string; clientId: string; kid: string }): Promise<boolean> {
    return (await transaction.clientKey.deleteMany({ where: key })).count === 1;
  }
}
