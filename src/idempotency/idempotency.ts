// Does once what a client asks twice under one key (draft-ietf-httpapi-idempotency-key-header). For creations whose answer
// holds neither a secret nor a verdict: it is kept for a day.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { Clock, dateAt } from '../platform/clock/clock.js';
import { BlindIndex } from '../platform/crypto/blind-index.js';
import { canonicalJson, type Json } from '../platform/crypto/canonical-json.js';
import { constantTimeEqual } from '../platform/crypto/constant-time.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** Milliseconds for which an answer is kept. */
const KEPT_MS = 24 * 60 * 60_000;

export interface Asked {
  /** The client's own. */
  readonly key: string;
  /** All that makes the request what it is: route, parameters, body. */
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
   * Runs `work` unless it was run under this key before, and answers with what came of it. Answer and work are one
   * transaction: what fails leaves the key free. `work` may wait for nothing but its own transaction.
   * @throws Problem `idempotency_in_flight` while a request with the key is at work, `idempotency_mismatch` when the key
   * belongs to another request.
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
      // SECURITY(T-30): taken before the look. Without it two retries at the same instant would both find nothing and both act.
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
