import { createHash, randomBytes } from 'node:crypto';
import vector from '../../../test/vectors/sealing.json' with { type: 'json' };
import { KeyRing } from './key-ring.js';
import { SealBroken, Sealer, type SealedPlace } from './sealer.js';

const keyFrom = (seed: string) => createHash('sha256').update(seed).digest('base64');

function sealerWith(active: string, seeds: Record<string, string>): Sealer {
  const keys = Object.fromEntries(Object.entries(seeds).map(([id, seed]) => [id, keyFrom(seed)]));
  return new Sealer(KeyRing.parse(JSON.stringify({ active, keys, indexRoot: keyFrom('index root') })));
}

const place: SealedPlace = {
  tenantId: '01890a5d-ac96-774b-bcce-b302099a8057',
  table: 'totp_factor',
  column: 'secret',
  rowId: '01890a5d-ac96-774b-bcce-b302099a8058',
};
const secret = randomBytes(20);
const sealer = sealerWith('k1', { k1: 'first key' });
const sealed = sealer.seal(secret, place);
const NONCE_AT = 4;

describe('T-20: an attacker who can read and write every row, but holds no key', () => {
  it('opens nothing: the plaintext is not in the sealed bytes', () => {
    expect(sealer.open(sealed, place).equals(secret)).toBe(true);
    expect(sealed.includes(secret.subarray(0, 4))).toBe(false);
  });

  it.each([
    ['another row', { rowId: '01890a5d-ac96-774b-bcce-b302099a8059' }],
    ['another tenant', { tenantId: '01890a5d-ac96-774b-bcce-b302099a8059' }],
    ['another table', { table: 'device' }],
    ['another column', { column: 'recovery' }],
    ['row and tenant exchanged', { tenantId: place.rowId, rowId: place.tenantId }],
    ['table and column exchanged', { table: place.column, column: place.table }],
    ['a letter moved from table to column', { table: 'totp_facto', column: 'rsecret' }],
    ['an empty name', { column: '' }],
  ])('cannot move a sealed value to %s', (_, change) => {
    expect(() => sealer.open(sealed, { ...place, ...change })).toThrow(SealBroken);
  });

  it('cannot change a bit of it', () => {
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => sealer.open(changed, place)).toThrow(SealBroken);
    }
  });

  it('cannot cut it short at either end, nor make it longer', () => {
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => sealer.open(sealed.subarray(0, length), place)).toThrow(SealBroken);
      expect(() => sealer.open(sealed.subarray(sealed.length - length), place)).toThrow(SealBroken);
    }
    expect(() => sealer.open(Buffer.concat([sealed, Buffer.alloc(1)]), place)).toThrow(SealBroken);
  });

  it('cannot join the parts of two sealed values of the same place', () => {
    const other = sealer.seal(randomBytes(20), place);
    for (const cut of [NONCE_AT, NONCE_AT + 12, sealed.length - 16]) {
      const joined = Buffer.concat([sealed.subarray(0, cut), other.subarray(cut)]);
      if (cut === NONCE_AT) expect(sealer.open(joined, place)).not.toEqual(secret);
      else expect(() => sealer.open(joined, place)).toThrow(SealBroken);
    }
  });

  it('cannot pass a sealed value off as sealed under another key', () => {
    const both = sealerWith('k2', { k1: 'first key', k2: 'second key' });
    const relabelled = Buffer.from(sealed);
    relabelled.write('k2', 2);
    expect(both.open(sealed, place).equals(secret)).toBe(true);
    expect(() => both.open(relabelled, place)).toThrow(SealBroken);
  });

  it('learns nothing from the error: it is the same for every reason', () => {
    const unknownKey = sealerWith('k9', { k9: 'first key' });
    const sameIdOtherKey = sealerWith('k1', { k1: 'second key' });
    const attempts = [
      () => sealer.open(Buffer.alloc(0), place),
      () => sealer.open(randomBytes(52), place),
      () => sealer.open(sealed.subarray(1), place),
      () => sealer.open(sealed, { ...place, rowId: 'x' }),
      () => unknownKey.open(sealed, place),
      () => sameIdOtherKey.open(sealed, place),
    ];
    const errors = attempts.map((attempt) => {
      try {
        return attempt();
      } catch (error) {
        return error instanceof SealBroken && error.cause === undefined ? error.message : error;
      }
    });
    expect(new Set(errors)).toEqual(new Set(['a sealed value cannot be opened']));
  });
});

describe('Sealer', () => {
  it('never uses a nonce twice, so equal secrets look unrelated', () => {
    const many = Array.from({ length: 20_000 }, () => sealer.seal(secret, place));
    expect(new Set(many.map((one) => one.toString('latin1', NONCE_AT, NONCE_AT + 12))).size).toBe(20_000);
    expect(new Set(many.map((one) => one.toString('latin1', NONCE_AT + 12))).size).toBe(20_000);
  });

  it('seals under the active key and still opens what older keys sealed', () => {
    const rotated = sealerWith('k-2026-11', { k1: 'first key', 'k-2026-11': 'second key' });
    const fresh = rotated.seal(secret, place);
    expect(fresh.toString('latin1', 2, 11)).toBe('k-2026-11');
    expect(rotated.open(sealed, place).equals(secret)).toBe(true);
    expect(() => sealer.open(fresh, place)).toThrow(SealBroken);
  });

  it('opens what another implementation of its format sealed, so that no release breaks the last one’s values', () => {
    const reader = sealerWith(vector.keyId, { [vector.keyId]: vector.keySeed });
    const plaintext = reader.open(Buffer.from(vector.sealedHex, 'hex'), vector.place);
    expect(plaintext.toString('hex')).toBe(vector.plaintextHex);
  });

  it.each([0, 1, 16, 20, 138, 70_000])('opens %i bytes as they were', (length) => {
    const plaintext = randomBytes(length);
    const bytes = sealer.seal(plaintext, place);
    expect(bytes).toHaveLength(length + 32);
    expect(sealer.open(bytes, place).equals(plaintext)).toBe(true);
  });

  it('reads a value out of the middle of a larger buffer', () => {
    const surrounded = new Uint8Array(Buffer.concat([Buffer.alloc(7, 1), sealed, Buffer.alloc(9, 1)]));
    expect(sealer.open(surrounded.subarray(7, 7 + sealed.length), place).equals(secret)).toBe(true);
  });
});
