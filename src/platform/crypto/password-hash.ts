/**
 * argon2id for secrets that people keep (too short for a fast hash). Memory and threads are bounded: beyond a few at
 * once calls wait in a short queue, beyond that they are refused with HashingBusy, which is no verdict on the secret.
 */
import { availableParallelism } from 'node:os';
import { argon2id, hash, verify } from 'argon2';
import { secureRandom } from './random.js';

/** Too much hashing at once: try again later. Nothing was hashed or compared. */
export class HashingBusy extends Error {
  override readonly name = 'HashingBusy';

  constructor() {
    super('too many password hashes are being computed');
  }
}

export interface HashingLimits {
  /** How many run at once; each takes 19 MiB, one thread and about 30 ms. */
  readonly atOnce: number;
  /** How many may wait for one of those. */
  readonly waiting: number;
}

// One core stays with the event loop; 16 waiting for each of the others are half a second.
const spare = Math.max(1, availableParallelism() - 1);
const LIMITS: HashingLimits = { atOnce: spare, waiting: 16 * spare };
// ASVS 5.0 appendix C: argon2id with m ≥ 19456 KiB, t ≥ 2, p = 1.
const COST = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1, hashLength: 32 } as const;
const SALT_BYTES = 16;
/** RFC 4648 §4 without padding, as PHC strings have it. */
const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

export class PasswordHash {
  readonly #limits: HashingLimits;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(limits: HashingLimits = LIMITS) {
    this.#limits = limits;
  }

  /** A PHC string (`$argon2id$v=19$…`) that holds its own salt and costs. */
  async hash(secret: string): Promise<string> {
    return this.#bounded(() => hash(secret, { ...COST, salt: secureRandom(SALT_BYTES) }));
  }

  /** A digest that nothing is known to be made into: verifying it costs what a real one costs. */
  decoy(): string {
    const { memoryCost, timeCost, parallelism, hashLength } = COST;
    const [salt, hashed] = [unpadded(secureRandom(SALT_BYTES)), unpadded(secureRandom(hashLength))];
    return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${salt}$${hashed}`;
  }

  /** Whether `digest` was made from `secret`. Rejects for a text that is no argon2 digest: stored data is broken. */
  async verify(digest: string, secret: string): Promise<boolean> {
    return this.#bounded(() => verify(digest, secret));
  }

  // SECURITY(T-24): without the bound, a burst of cheap requests takes the machine's memory and every libuv thread.
  async #bounded<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  // Whoever leaves hands their place to the first in the queue, so nobody overtakes.
  async #enter(): Promise<void> {
    if (this.#running < this.#limits.atOnce) {
      this.#running += 1;
      return;
    }
    if (this.#queue.length >= this.#limits.waiting) throw new HashingBusy();
    await new Promise<void>((resume) => this.#queue.push(resume));
  }
}
