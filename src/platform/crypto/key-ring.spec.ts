import { Console } from 'node:console';
import { createHash, randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { inspect } from 'node:util';
import { BlindIndex } from './blind-index.js';
import { KeyRingError } from './key-material.js';
import { KeyRing } from './key-ring.js';
import { Sealer } from './sealer.js';

const newKey = () => randomBytes(32).toString('base64');
const sha256 = (text: string) => createHash('sha256').update(text).digest();

function ringText(change: Record<string, unknown> = {}): string {
  return JSON.stringify({ active: 'k1', keys: { k1: newKey() }, indexRoot: newKey(), ...change });
}

function refusal(text: string): string {
  try {
    KeyRing.parse(text);
  } catch (error) {
    if (error instanceof KeyRingError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('KeyRing', () => {
  it('accepts what it generates, and generates another ring each time', () => {
    const text = KeyRing.generate();
    expect(KeyRing.parse(text).activeId).toBe('k1');
    expect(KeyRing.generate()).not.toBe(text);
  });

  it('gives different keys for each key id, purpose and tenant', () => {
    const key = newKey();
    const ring = KeyRing.parse(ringText({ keys: { k1: key, k2: newKey() } }));
    const keys = [
      ring.sealingKey('k1'),
      ring.sealingKey('k2'),
      ring.indexKey('t1', 'phone'),
      ring.indexKey('t1', 'decoy'),
      ring.indexKey('t2', 'phone'),
      ring.indexKey('t', '1phone'),
    ].map((derived) => derived?.export().toString('base64'));
    expect(new Set([...keys, key, undefined]).size).toBe(8);
  });

  it('holds no key under an id that is not in it', () => {
    const ring = KeyRing.parse(KeyRing.generate());
    for (const id of ['k2', '', 'constructor', '__proto__', 'toString']) {
      expect(ring.sealingKey(id)).toBeUndefined();
    }
  });
});

describe('KeyRing refuses to start on', () => {
  const wrongShape = 'the key ring must be an object of exactly "active", "keys" and "indexRoot"';

  it.each([
    ['no JSON', '{"active":"k1","keys":', 'the key ring is not valid JSON'],
    ['nothing', '', 'the key ring is not valid JSON'],
    ['a list', '[]', wrongShape],
    ['null', 'null', wrongShape],
    ['an unknown member', ringText({ extra: 1 }), wrongShape],
    ['a missing index root', ringText({ indexRoot: undefined }), wrongShape],
    ['a key that is a number', ringText({ keys: { k1: 7 } }), wrongShape],
  ])('%s', (_, text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it('an active id that is not among the keys', () => {
    const message = 'the active key id of the key ring is not among its keys';
    expect(refusal(ringText({ active: 'k2' }))).toBe(message);
    expect(refusal(ringText({ active: 'constructor' }))).toBe(message);
    expect(refusal(ringText({ keys: {} }))).toBe(message);
  });

  it.each(['', 'K1', 'k_1', 'k 1', 'a'.repeat(17), 'clé'])('the key id "%s"', (id) => {
    expect(refusal(ringText({ active: id, keys: { [id]: newKey() } }))).toMatch(/^a key id of the key ring/);
  });

  it.each([
    ['31 bytes', randomBytes(31).toString('base64')],
    ['33 bytes', randomBytes(33).toString('base64')],
    ['16 bytes', randomBytes(16).toString('base64')],
    ['hex', randomBytes(32).toString('hex')],
    ['URL-safe base64', Buffer.alloc(32, 0xfb).toString('base64url')],
    ['no padding', randomBytes(32).toString('base64').slice(0, -1)],
    ['a line feed at the end', `${randomBytes(32).toString('base64')}\n`],
    ['bits beyond the 32nd byte', `${'A'.repeat(42)}B=`],
    ['nothing', ''],
  ])('a key that is not the base64 of 32 bytes: %s', (_, key) => {
    expect(refusal(ringText({ keys: { k1: key } }))).toBe('key "k1" of the key ring is not the base64 of 32 bytes');
    expect(refusal(ringText({ indexRoot: key }))).toBe('indexRoot of the key ring is not the base64 of 32 bytes');
  });

  it.each([
    ['zeros', Buffer.alloc(32)],
    ['ones', Buffer.alloc(32, 0xff)],
    ['counting up', Buffer.from(Array.from({ length: 32 }, (_, i) => i))],
    ['counting down in threes', Buffer.from(Array.from({ length: 32 }, (_, i) => 200 - 3 * i))],
    ['eight random bytes four times', Buffer.concat(Array<Buffer>(4).fill(randomBytes(8)))],
    ['powers of two in disorder', Buffer.from(Array.from({ length: 32 }, (_, i) => 2 ** ((i * 3 + (i >> 3) * i) % 8)))],
    ['a phrase', Buffer.from('correct horse battery staple, 32')],
    ['hex digits', Buffer.from(randomBytes(16).toString('hex'))],
    ['base64 text', Buffer.from(randomBytes(24).toString('base64'))],
  ])('a pattern or a text: %s', (_, bytes) => {
    const key = bytes.toString('base64');
    expect(refusal(ringText({ keys: { k1: key } }))).toMatch(/^key "k1" of the key ring is a pattern or a text/);
    expect(refusal(ringText({ indexRoot: key }))).toMatch(/^indexRoot of the key ring is a pattern or a text/);
  });

  it.each([
    ['the AES-256 example of SP 800-38A', '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4'],
    ['the hash of an unset variable', sha256('').toString('hex')],
    ['the hash of "changeme"', sha256('changeme').toString('hex')],
  ])('a published key: %s', (_, hex) => {
    const key = Buffer.from(hex, 'hex').toString('base64');
    expect(refusal(ringText({ keys: { k1: key } }))).toMatch(/publicly known example key/);
  });

  it('one key in two places', () => {
    const key = newKey();
    const message = 'the key ring holds the same key twice';
    expect(refusal(ringText({ keys: { k1: key, k2: key } }))).toBe(message);
    expect(refusal(ringText({ keys: { k1: key }, indexRoot: key }))).toBe(message);
  });
});

describe('T-21: an attacker who reads logs and error reports learns no key', () => {
  const [key, root] = [randomBytes(32), randomBytes(32)];
  const text = ringText({ keys: { k1: key.toString('base64') }, indexRoot: root.toString('base64') });
  const ring = KeyRing.parse(text);
  const derived = [ring.sealingKey('k1'), ring.indexKey('t', 'p')].map((one) => one?.export() ?? Buffer.alloc(0));

  const secrets = [key, root, ...derived].flatMap((bytes) => [
    bytes.toString('base64').slice(0, 12),
    bytes.toString('hex').slice(0, 12),
    bytes.subarray(0, 4).join(','),
    bytes.subarray(0, 4).join(', '),
    [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
  ]);

  it.each([
    ['the ring', ring],
    ['a sealer', new Sealer(ring)],
    ['a blind index', new BlindIndex(ring)],
    ['an error that carries the ring', new Error('broken', { cause: { ring } })],
  ])('from %s, in every form of printing', (_, value) => {
    const out = new PassThrough();
    new Console(out).log(value, '%s %o %j', value, value, value);
    const printed = [
      String(out.read()),
      inspect(value, { depth: null, showHidden: true, getters: true }),
      inspect(value, { depth: null, showHidden: true, customInspect: false }),
      JSON.stringify(value),
      JSON.stringify(Object.entries(value)),
      Object.prototype.toString.call(value),
    ].join('\n');
    expect(secrets.filter((secret) => printed.includes(secret))).toEqual([]);
  });

  it('from the refusal of a broken ring', () => {
    const material = key.toString('base64');
    const broken = [
      text.slice(0, -1),
      text.replace('"k1":', ''),
      `x${text}`,
      ringText({ keys: { [material]: 'k1' } }),
      ringText({ active: material }),
      ringText({ [material]: 1 }),
      ringText({ keys: material }),
      ringText({ keys: { k1: `${material}${material}` } }),
      ringText({ keys: { k1: material }, indexRoot: material }),
    ];
    for (const one of broken) {
      expect(secrets.filter((secret) => refusal(one).includes(secret))).toEqual([]);
      expect(refusal(one)).not.toBe('accepted');
    }
  });

  it('shows the ids, which say what is in use', () => {
    expect(inspect(ring)).toBe('KeyRing {"active":"k1","keys":["k1"]}');
  });
});
