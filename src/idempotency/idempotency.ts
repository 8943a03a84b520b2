// Runs a request once, even if a client sends it twice under one key (draft-ietf-httpapi-idempotency-key-header). For
// creations whose answer holds neither a secret nor a verdict, since it is stored for a day.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { Clock, dateAt } from '../platform/clock/clock.js';
import { BlindIndex } from '../platform/crypto/blind-index.js';
import { canonicalJson, type Json } from '../platform/crypto/canonical-json.js';
import { constantTimeEqual } from '../platform/crypto/constant-time.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** Milliseconds that an answer is kept. */
const KEPT_MS = 24 * 60 * 60_000;

export interface Asked {
  /** The client's key. */
  readonly key: string;
  /** What identifies the request: route, parameters, body. */
  readonly request: Json;
}

@Injectable()
export class Idempotency {
  constructor(
    private readonly keys: IdempotencyRepository,
    private readonly database: Database,
    private readonly index: BlindIndex,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `work` unless it was run under this key before, and returns its answer. Answer and work are one transaction: a
   * failure leaves the key free. `work` must not wait for anything but its own transaction.
   * @throws Problem `idempotency_in_flight` while a request with the key is in progress, `idempotency_mismatch` if the
   * key belongs to another request.
   */
  once<Answer extends object>(
    call: Call,
    { key, request }: Asked,
    work: (transaction: Transaction) => Promise<Answer>,
  ): Promise<Answer> {
    const { tenantId, clientId } = call;
    const place = { tenantId, clientId, keyHash: this.index.of(tenantId, 'idempotency-key', `${clientId} ${key}`) };
    const fingerprint = this.index.of(tenantId, 'idempotency-request', canonicalJson(request));
    return this.database.inTransaction(async (transaction) => {
      // SECURITY(T-30): locked before the query. Otherwise two simultaneous retries would both find nothing and both
      // run.
      if (!(await this.keys.lock(transaction, place))) throw new Problem('idempotency_in_flight');
      const now = this.clock.now();
      const kept = await this.keys.find(transaction, place, now);
      if (kept !== null) {
        if (!constantTimeEqual(kept.fingerprint, fingerprint)) throw new Problem('idempotency_mismatch');
        return JSON.parse(kept.answer) as Answer;
      }
      const answer = await work(transaction);
      const expiresAt = dateAt(now.getTime() + KEPT_MS);
      await this.keys.keep(transaction, place, { fingerprint, answer: JSON.stringify(answer), now, expiresAt });
      return answer;
    });
  }
}
