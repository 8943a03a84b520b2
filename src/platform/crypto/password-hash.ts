/**
 * argon2id for secrets that people keep (too short for a fast hash). Memory and threads are bounded: a few hashes run at
 * once, and each tenant has a short queue of its own. A call beyond that queue is refused with HashingBusy, which is no
 * verdict on the secret. Never called inside a transaction, which would hold its connection meanwhile.
 */
import { availableParallelism } from 'node:os';
import { argon2id, hash, verify } from 'argon2';
import { refuseInTransaction } from '../transaction-scope.js';
import { FairQueue, type QueueLimits } from './fair-queue.js';
import { secureRandom } from './random.js';

/** This tenant has too much to hash: try again later. Nothing was hashed or compared. */
export class HashingBusy extends Error {
  override readonly name = 'HashingBusy';

  constructor() {
    super('too many password hashes are being computed');
  }
}

// Each hash takes 19 MiB, one thread and about 30 ms. One core stays with the event loop; 16 waiting calls of a tenant for
// each of the others are half a second while the other tenants hash nothing.
const spare = Math.max(1, availableParallelism() - 1);
const LIMITS: QueueLimits = { atOnce: spare, waiting: 16 * spare };
// ASVS 5.0 appendix C: argon2id with m ≥ 19456 KiB, t ≥ 2, p = 1.
const COST = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1, hashLength: 32 } as const;
const SALT_BYTES = 16;
/** RFC 4648 §4 without padding, as PHC strings have it. */
const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

export class PasswordHash {
  readonly #queue: FairQueue;

  constructor(limits: QueueLimits = LIMITS) {
    this.#queue = new FairQueue(limits);
  }

  /** A PHC string (`$argon2id$v=19$…`) that holds its own salt and costs. */
  hash(tenantId: string, secret: string): Promise<string> {
    return this.#bounded(tenantId, () => hash(secret, { ...COST, salt: secureRandom(SALT_BYTES) }));
  }

  /** A digest that nothing is known to be made into: verifying it costs what a real one costs. */
  decoy(): string {
    const { memoryCost, timeCost, parallelism, hashLength } = COST;
    const [salt, hashed] = [unpadded(secureRandom(SALT_BYTES)), unpadded(secureRandom(hashLength))];
    return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${salt}$${hashed}`;
  }

  /** Whether `digest` was made from `secret`. Rejects for a text that is no argon2 digest: stored data is broken. */
  verify(tenantId: string, digest: string, secret: string): Promise<boolean> {
    return this.#bounded(tenantId, () => verify(digest, secret));
  }

  // SECURITY(T-24): without the bound, a burst of cheap requests takes the machine's memory and every libuv thread; with
  // one queue for all, one tenant's burst would take every place in it.
  async #bounded<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    refuseInTransaction('a password hash');
    const outcome = await this.#queue.run(tenantId, work);
    if (outcome === null) throw new HashingBusy();
    return outcome.result;
  }
}
