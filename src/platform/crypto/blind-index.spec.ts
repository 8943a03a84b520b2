import { createHash, randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import vector from '../../../test/vectors/sealing.json' with { type: 'json' };
import { BlindIndex } from './blind-index.js';
import { KeyRing } from './key-ring.js';

const text = KeyRing.generate();
const ring = KeyRing.parse(text);
const index = new BlindIndex(ring);
const hex = (bytes: Buffer) => bytes.toString('hex');

describe('T-20: an attacker who holds the index of every tenant, but no key', () => {
  it('finds the same value under no two tenants, purposes or rings', () => {
    const elsewhere = new BlindIndex(KeyRing.parse(KeyRing.generate()));
    const all = [
      index.of('t1', 'phone', '+15550100'),
      index.of('t2', 'phone', '+15550100'),
      index.of('t1', 'decoy', '+15550100'),
      index.of('t1', 'phone', '+15550101'),
      index.of('t1phone', '', '+15550100'),
      index.of('t1', '', 'phone+15550100'),
      elsewhere.of('t1', 'phone', '+15550100'),
    ];
    expect(new Set(all.map(hex)).size).toBe(all.length);
    expect(all.every((one) => one.length === 32)).toBe(true);
  });

  it('keeps keys apart whose names meet', () => {
    const pairs = [
      ['a', 'b:c'],
      ['a:b', 'c'],
      ['1:a', 'b'],
      ['1', 'a:b'],
    ] as const;
    const all = pairs.map(([tenant, purpose]) => hex(index.of(tenant, purpose, 'x')));
    expect(new Set(all).size).toBe(pairs.length);
  });
});

describe('BlindIndex', () => {
  it('finds a value again, in another process too', () => {
    const value = randomBytes(8).toString('hex');
    const restarted = new BlindIndex(KeyRing.parse(text));
    expect(restarted.of('t1', 'phone', value)).toEqual(index.of('t1', 'phone', value));
  });

  it('computes the same as another implementation, so that no release loses the last one’s index', () => {
    const key = (seed: string) => createHash('sha256').update(seed).digest('base64');
    const keys = { [vector.keyId]: key(vector.keySeed) };
    const json = JSON.stringify({ active: vector.keyId, keys, indexRoot: key(vector.indexRootSeed) });
    const reader = new BlindIndex(KeyRing.parse(json));
    const { purpose, value } = vector.index;
    expect(hex(reader.of(vector.place.tenantId, purpose, value))).toBe(vector.index.hex);
  });

  it('does not derive a key for each value', () => {
    const counted = KeyRing.parse(text);
    const derivations = jest.spyOn(counted, 'indexKey');
    const fresh = new BlindIndex(counted);
    for (let i = 0; i < 100; i += 1) fresh.of('t1', 'phone', String(i));
    expect(derivations).toHaveBeenCalledTimes(1);
  });

  it('does not keep a key for every tenant, and evicts the least recently used one', () => {
    const counted = KeyRing.parse(text);
    const derivations = jest.spyOn(counted, 'indexKey');
    const fresh = new BlindIndex(counted);
    const first = fresh.of('first', 'phone', 'x');
    const busy = fresh.of('busy', 'phone', 'x');
    for (let i = 0; i < 5_000; i += 1) {
      fresh.of(`t${i}`, 'phone', 'x');
      fresh.of('busy', 'phone', 'x');
    }
    expect(fresh.of('busy', 'phone', 'x')).toEqual(busy);
    expect(derivations).toHaveBeenCalledTimes(5_002);
    expect(fresh.of('first', 'phone', 'x')).toEqual(first);
    expect(derivations).toHaveBeenCalledTimes(5_003);
  });
});
