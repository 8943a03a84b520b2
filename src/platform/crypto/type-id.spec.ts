import fc from 'fast-check';
import vectors from '../../../test/vectors/type-id.json' with { type: 'json' };
import { Clock } from '../clock/clock.js';
import { fromTypeId, newUuid, toTypeId } from './type-id.js';

class FakeClock extends Clock {
  constructor(public ms: number) {
    super();
  }

  nowMs(): number {
    return this.ms;
  }
}

const anyUuid = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
);

describe('TypeID', () => {
  it.each(vectors.valid)('writes and reads $typeId as the specification does', ({ prefix, typeId, uuid }) => {
    expect(toTypeId(prefix, uuid)).toBe(typeId);
    expect(fromTypeId(prefix, typeId)).toBe(uuid);
  });

  it.each(vectors.invalid)('refuses $why', ({ typeId }) => {
    // The reader expects a prefix; here it expects that of the text.
    const claimed = typeId.slice(0, Math.max(0, typeId.lastIndexOf('_')));
    expect(fromTypeId(claimed, typeId)).toBeNull();
    expect(fromTypeId('prefix', typeId)).toBeNull();
    expect(fromTypeId('', typeId)).toBeNull();
  });

  it('is read back, and sorts as its UUID does', () => {
    fc.assert(
      fc.property(anyUuid, anyUuid, (a, b) => {
        expect(fromTypeId('fac', toTypeId('fac', a))).toBe(a);
        expect(toTypeId('fac', a) < toTypeId('fac', b)).toBe(a < b);
      }),
    );
  });

  it('has one spelling: a changed character is refused or means another UUID', () => {
    const typeId = 'fac_01h455vb4pex5vsknk084sn02q';
    const uuid = fromTypeId('fac', typeId);
    for (let at = 0; at < typeId.length; at += 1) {
      for (const character of 'abz019ABZILOUilou-_ \n\0é') {
        const changed = typeId.slice(0, at) + character + typeId.slice(at + 1);
        if (changed !== typeId) expect(fromTypeId('fac', changed)).not.toBe(uuid);
      }
    }
  });

  it('refuses the right suffix under another prefix', () => {
    for (const text of [
      'dev_01h455vb4pex5vsknk084sn02q',
      '01h455vb4pex5vsknk084sn02q',
      'fac_fac_01h455vb4pex5vsknk084sn02q',
    ]) {
      expect(fromTypeId('fac', text)).toBeNull();
    }
  });

  it('does not write what it could not read', () => {
    const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';
    for (const wrong of ['', uuid.toUpperCase(), uuid.replaceAll('-', ''), `${uuid}0`, `{${uuid}}`]) {
      expect(() => toTypeId('fac', wrong)).toThrow(RangeError);
    }
    expect(() => toTypeId('Fac', uuid)).toThrow(RangeError);
  });
});

describe('newUuid', () => {
  it('is a UUIDv7 that holds the time of the Clock, not of the machine', () => {
    const uuid = newUuid(new FakeClock(0x0123456789ab));
    expect(uuid).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('increases within a millisecond and from one to the next', () => {
    const clock = new FakeClock(1_700_000_000_000);
    const made: string[] = [];
    for (let ms = 0; ms < 3; ms += 1, clock.ms += 1) {
      for (let i = 0; i < 2_048; i += 1) made.push(newUuid(clock));
    }
    expect([...made].sort()).toEqual(made);
  });

  it('is never the same twice, even if time stands still and the counter overflows', () => {
    const clock = new FakeClock(1_700_000_000_000);
    expect(new Set(Array.from({ length: 20_000 }, () => newUuid(clock))).size).toBe(20_000);
  });

  it('follows a clock that is set back', () => {
    const clock = new FakeClock(2_000_000_000_000);
    newUuid(clock);
    clock.ms = 1_000_000_000_000;
    expect(newUuid(clock).replaceAll('-', '').slice(0, 12)).toBe((1_000_000_000_000).toString(16).padStart(12, '0'));
  });
});
