/**
 * Seals secrets for one place in the database with AES-256-GCM. A sealed value opens at that place only, and only if it
 * is unchanged. Sealing does not hide the length of the plaintext. It does not detect an old value that was put back at
 * the same place.
 */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { framed } from './framing.js';
import { keyHead } from './key-head.js';
import type { KeyRing } from './key-ring.js';
import { secureRandom } from './random.js';

/** The column and row: bound to the ciphertext as associated data. */
export interface SealedPlace {
  readonly tenantId: string;
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

/** The one error of `open`, for every reason: unknown key, other place, changed or truncated bytes. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';

  constructor() {
    super('a sealed value cannot be opened');
  }
}

const VERSION = 1;
const CIPHER = 'aes-256-gcm';
// SP 800-38D §5.2.1.1 and §5.2.1.2: nonce and tag lengths that need no further analysis.
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OPTIONS = { authTagLength: TAG_BYTES };

export class Sealer {
  readonly #ring: KeyRing;

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  /**
   * version | key id's length | key id | nonce | ciphertext | tag; longer than the plaintext by 30 bytes and the key
   * id.
   */
  seal(plaintext: Uint8Array, place: SealedPlace): Buffer {
    const keyId = this.#ring.activeId;
    const nonce = secureRandom(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key(keyId), nonce, OPTIONS);
    cipher.setAAD(associatedData(keyId, place));
    const body = [cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat([keyHead(keyId), nonce, ...body]);
  }

  /** The plaintext, or SealBroken. */
  open(sealed: Uint8Array, place: SealedPlace): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    const nonceAt = 2 + (bytes[1] ?? 0);
    const textAt = nonceAt + NONCE_BYTES;
    const tagAt = bytes.length - TAG_BYTES;
    if (bytes[0] !== VERSION || tagAt < textAt) throw new SealBroken();
    const keyId = bytes.toString('latin1', 2, nonceAt);
    const decipher = createDecipheriv(CIPHER, this.#key(keyId), bytes.subarray(nonceAt, textAt), OPTIONS);
    decipher.setAAD(associatedData(keyId, place));
    decipher.setAuthTag(bytes.subarray(tagAt));
    const text = decipher.update(bytes.subarray(textAt, tagAt));
    return finish(decipher, text);
  }

  #key(keyId: string): KeyObject {
    const key = this.#ring.sealingKey(keyId);
    if (key === undefined) throw new SealBroken();
    return key;
  }
}

/**
 * SECURITY(T-20): the associated data holds the place. Otherwise an attacker who can write rows could copy a known
 * secret to another user's row, and prove with it.
 */
function associatedData(keyId: string, place: SealedPlace): Buffer {
  return framed(`v${VERSION}`, place.tenantId, place.table, place.column, place.rowId, keyId);
}

// SECURITY(T-20): final() checks the tag (in GCM it adds no bytes). `text` must not be used before.
function finish(decipher: { final(): Buffer }, text: Buffer): Buffer {
  try {
    decipher.final();
    return text;
  } catch {
    throw new SealBroken();
  }
}
