import fc from 'fast-check';
import { AFTERLIFE_MS, LEAD_MS, publishedOf, signerOf } from './signing-keys.policy.js';

const key = (kid: string, createdMs: number, signsFromMs = createdMs + LEAD_MS) => ({
  kid,
  createdAt: new Date(createdMs),
  signsFrom: new Date(signsFromMs),
});
const first = key('first', 0, 0);
const second = key('second', 1_000_000);
const kids = (keys: { kid: string }[]) => keys.map(({ kid }) => kid);

describe('signing keys over time', () => {
  it('has no signer before the first key', () => {
    expect(signerOf([second], 0)).toBeUndefined();
    expect(signerOf<typeof first>([], 0)).toBeUndefined();
  });

  it('publishes a key before it signs', () => {
    const nowMs = second.createdAt.getTime();
    expect(signerOf([first, second], nowMs)?.kid).toBe('first');
    expect(kids(publishedOf([first, second], nowMs))).toEqual(['first', 'second']);
  });

  it('changes keys at the named instant, and withdraws the old key after its last token', () => {
    const changeMs = second.signsFrom.getTime();
    expect(signerOf([first, second], changeMs - 1)?.kid).toBe('first');
    expect(signerOf([second, first], changeMs)?.kid).toBe('second');
    expect(kids(publishedOf([first, second], changeMs + AFTERLIFE_MS - 1))).toEqual(['first', 'second']);
    expect(kids(publishedOf([first, second], changeMs + AFTERLIFE_MS))).toEqual(['second']);
  });

  it('decides the same on every instance if two keys start at the same time', () => {
    const twins = [key('b', 0, 0), key('a', 0, 0)];
    expect(signerOf(twins, 1)?.kid).toBe(signerOf([...twins].reverse(), 1)?.kid);
  });

  it('publishes every key for its lead before it signs, and for a token life after, for any rotations', () => {
    const rotations = fc.array(fc.integer({ min: 0, max: 5_000_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(rotations, fc.integer({ min: 0, max: 8_000_000 }), (times, nowMs) => {
        const keys = [first, ...times.map((createdMs, index) => key(`k${index}`, createdMs))];
        const known = keys.filter(({ createdAt }) => createdAt.getTime() <= nowMs);
        const signer = signerOf(known, nowMs);
        const isVerified = (atMs: number) => kids(publishedOf(known, atMs)).includes(signer?.kid ?? '');
        return isVerified(nowMs) && isVerified(nowMs + 300_000);
      }),
    );
  });
});
