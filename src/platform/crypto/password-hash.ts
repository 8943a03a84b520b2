/**
 * argon2id for secrets that people keep, which are too short for a fast hash. Memory and threads are bounded: a few
 * hashes run at the same time, and each tenant has a short queue. Beyond it, HashingBusy is thrown, which is no verdict
 * on the secret. Must not run inside a transaction, which would hold its connection meanwhile.
 */
import { availableParallelism } from 'node:os';
import { argon2id, hash, verify } from 'argon2';
import { refuseInTransaction } from '../transaction-scope.js';
import { FairQueue, type QueueLimits } from './fair-queue.js';
import { secureRandom } from './random.js';

/** The tenant's queue is full: retry later. Nothing was hashed or compared. */
export class HashingBusy extends Error {
  override readonly name = 'HashingBusy';

  constructor() {
    super('too many password hashes are being computed');
  }
}

// Each hash takes 19 MiB, one thread and about 30 ms. One core is left to the event loop. With 16 waiting calls for
// each other core, a tenant waits at most half a second while other tenants hash nothing.
const spare = Math.max(1, availableParallelism() - 1);
const LIMITS: QueueLimits = { atOnce: spare, waiting: 16 * spare };
// ASVS 5.0 appendix C: argon2id with m ≥ 19456 KiB, t ≥ 2, p = 1.
const COST = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1, hashLength: 32 } as const;
const SALT_BYTES = 16;
/** RFC 4648 §4 without padding, as in PHC strings. */
const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

export class PasswordHash {
  readonly #queue: FairQueue;

  constructor(limits: QueueLimits = LIMITS) {
    this.#queue = new FairQueue(limits);
  }

  /** A PHC string (`$argon2id$v=19$…`) with its own salt and cost. */
  hash(tenantId: string, secret: string): Promise<string> {
    return this.#bounded(tenantId, () => hash(secret, { ...COST, salt: secureRandom(SALT_BYTES) }));
  }

  /** A digest without a known secret. Verifying it costs the same as a real one. */
  decoy(): string {
    const { memoryCost, timeCost, parallelism, hashLength } = COST;
    const [salt, hashed] = [unpadded(secureRandom(SALT_BYTES)), unpadded(secureRandom(hashLength))];
    return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${salt}$${hashed}`;
  }

  /** Whether `digest` was made from `secret`. Rejects if the text is not an argon2 digest: stored data is broken. */
  verify(tenantId: string, digest: string, secret: string): Promise<boolean> {
    return this.#bounded(tenantId, () => verify(digest, secret));
  }

  // SECURITY(T-24): without the bound, a burst of cheap requests takes all memory and every libuv thread. With one
  // queue for all, one tenant's burst would fill it.
  async #bounded<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    refuseInTransaction('a password hash');
    const outcome = await this.#queue.run(tenantId, work);
    if (outcome === null) throw new HashingBusy();
    return outcome.result;
  }
}
