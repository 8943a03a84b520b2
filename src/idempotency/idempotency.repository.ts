// Owner of the table idempotency_keys: the answer to each key of a client, kept for a day.
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';

/** The client of the key. Clients may use the same key. */
export interface KeyPlace {
  readonly tenantId: string;
  readonly clientId: string;
  /** 32 bytes, keyed. */
  readonly keyHash: Buffer;
}

export interface KeptAnswer {
  readonly fingerprint: Buffer;
  /** JSON. */
  readonly answer: string;
}

// Each use deletes a few expired rows.
const SWEPT = 8;

@Injectable()
export class IdempotencyRepository {
  /** False while another transaction, on any instance, uses the same key. The lock ends with the transaction. */
  async lock(transaction: Transaction, { keyHash }: KeyPlace): Promise<boolean> {
    // The lock is a keyed hash of key and client. If two requests share its 64 bits by chance, one of them is retried.
    const [row] = await transaction.$queryRaw<{ taken: boolean }[]>`
      SELECT pg_try_advisory_xact_lock(${keyHash.readBigInt64BE()}::bigint) AS taken`;
    return row?.taken ?? false;
  }

  async find(transaction: Transaction, place: KeyPlace, now: Date): Promise<KeptAnswer | null> {
    const where = { ...columnsOf(place), expiresAt: { gt: now } };
    const row = await transaction.idempotencyKey.findFirst({ where, select: { fingerprint: true, answer: true } });
    return row && { fingerprint: Buffer.from(row.fingerprint), answer: row.answer };
  }

  /** Replaces an expired row. */
  async keep(
    transaction: Transaction,
    place: KeyPlace,
    { fingerprint, answer, now, expiresAt }: KeptAnswer & { readonly now: Date; readonly expiresAt: Date },
  ): Promise<void> {
    const kept = { fingerprint: Uint8Array.from(fingerprint), answer, expiresAt };
    await transaction.idempotencyKey.deleteMany({ where: columnsOf(place) });
    await transaction.idempotencyKey.create({ data: { ...columnsOf(place), ...kept }, select: { tenantId: true } });
    await transaction.$executeRaw`
      DELETE FROM idempotency_keys WHERE (tenant_id, client_id, key_hash) IN (
        SELECT tenant_id, client_id, key_hash FROM idempotency_keys
        WHERE tenant_id = ${place.tenantId}::uuid AND expires_at <= ${now}::timestamptz
        ORDER BY expires_at LIMIT ${SWEPT}::int FOR UPDATE SKIP LOCKED)`;
  }
}

function columnsOf({ tenantId, clientId, keyHash }: KeyPlace) {
  return { tenantId, clientId, keyHash: Uint8Array.from(keyHash) };
}
