/**
 * The long-lived keys of the service: sealing keys with ids (one active; the others open what they sealed), and one
 * root for blind indexes. Returns keys derived for one purpose each, never the keys themselves. Random 96-bit nonces
 * allow 2^32 seals under one key (SP 800-38D §8.3): activate a new key before that.
 */
import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { framed } from './framing.js';
import { KeyRingError, readKeyMaterial } from './key-material.js';
import { secureRandom } from './random.js';

const KEY_ID = /^[a-z0-9-]{1,16}$/;
const KEY_BYTES = 32;
const SHAPE = z.strictObject({
  active: z.string(),
  keys: z.record(z.string(), z.string()),
  indexRoot: z.string(),
});

export class KeyRing {
  readonly activeId: string;
  readonly #keys: ReadonlyMap<string, RingKey>;
  readonly #indexRoot: KeyObject;

  private constructor(activeId: string, keys: ReadonlyMap<string, RingKey>, indexRoot: KeyObject) {
    this.activeId = activeId;
    this.#keys = keys;
    this.#indexRoot = indexRoot;
  }

  /** The ids of all its keys. */
  get ids(): string[] {
    return [...this.#keys.keys()];
  }

  /** Reads what `generate` wrote. Throws KeyRingError: one sentence without key material. */
  static parse(text: string): KeyRing {
    const { active, keys, indexRoot } = readShape(text);
    const material = new Map(Object.entries(keys).map(([id, key]) => [id, readKeyMaterial(key, `key "${id}"`)]));
    const root = readKeyMaterial(indexRoot, 'indexRoot');
    const all = [...material.values(), root].map((bytes) => bytes.toString('hex'));
    // The same key in two roles would make a rotation useless, or let an index key open sealed values.
    if (new Set(all).size < all.length) throw new KeyRingError('the key ring holds the same key twice');
    if (!material.has(active)) throw new KeyRingError('the active key id of the key ring is not among its keys');
    const derived = [...material].map(([id, bytes]) => [id, keyFrom(bytes)] as const);
    return new KeyRing(active, new Map(derived), createSecretKey(root));
  }

  /** The JSON text of a new ring with one key. It is secret: keep it in a file of mode 0600 or a secret store. */
  static generate(): string {
    const key = () => secureRandom(KEY_BYTES).toString('base64');
    return `${JSON.stringify({ active: 'k1', keys: { k1: key() }, indexRoot: key() }, null, 2)}\n`;
  }

  /** The AES-256 key with this id, for sealing. Undefined if the ring does not have it. */
  sealingKey(keyId: string): KeyObject | undefined {
    return this.#keys.get(keyId)?.sealing;
  }

  /** The HMAC key with this id, for binding rows. Undefined if the ring does not have it. */
  bindingKey(keyId: string): KeyObject | undefined {
    return this.#keys.get(keyId)?.binding;
  }

  /** 32 bytes that identify this key and reveal nothing of it. Undefined for an unknown id. */
  keyCheck(keyId: string): Buffer | undefined {
    const key = this.#keys.get(keyId);
    return key && checkUnder(key.check, `key ${keyId}`);
  }

  /** The same for the index root, under any label. */
  rootCheck(label: string): Buffer {
    return checkUnder(derive(this.#indexRoot, 'countersign:check:v1'), label);
  }

  /** The HMAC key for one tenant and purpose. Costs a derivation: keep it. */
  indexKey(tenantId: string, purpose: string): KeyObject {
    return derive(this.#indexRoot, 'countersign:index:v1', tenantId, purpose);
  }

  /** SECURITY(T-21): log lines, error reports and debuggers show only the ids of a ring. */
  toJSON(): { active: string; keys: string[] } {
    return { active: this.activeId, keys: this.ids };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `KeyRing ${JSON.stringify(this)}`;
  }
}

/** The keys derived from one key, each for one purpose. */
interface RingKey {
  readonly sealing: KeyObject;
  readonly binding: KeyObject;
  readonly check: KeyObject;
}

function keyFrom(bytes: Buffer): RingKey {
  return {
    sealing: derive(bytes, 'countersign:seal:v1'),
    binding: derive(bytes, 'countersign:bind:v1'),
    check: derive(bytes, 'countersign:check:v1'),
  };
}

function checkUnder(key: KeyObject, label: string): Buffer {
  return createHmac('sha256', key).update(framed('countersign:key-check:v1', label)).digest();
}

// RFC 5869: HKDF without salt (the input is uniformly random); the framed label and names are its info.
function derive(material: Uint8Array | KeyObject, ...info: readonly string[]): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', material, '', framed(...info), KEY_BYTES)));
}

function readShape(text: string): z.infer<typeof SHAPE> {
  const parsed = SHAPE.safeParse(parseJson(text));
  // SECURITY(T-21): errors of JSON.parse and Zod are not passed on: both can quote the text, which holds the keys.
  if (!parsed.success) {
    throw new KeyRingError('the key ring must be an object of exactly "active", "keys" and "indexRoot"');
  }
  if (!Object.keys(parsed.data.keys).every((id) => KEY_ID.test(id))) {
    throw new KeyRingError('a key id of the key ring is not 1 to 16 of a-z, 0-9 and "-"');
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new KeyRingError('the key ring is not valid JSON');
  }
}
