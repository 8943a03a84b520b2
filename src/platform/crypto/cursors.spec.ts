import { Cursors, type CursorScope } from './cursors.js';
import { KeyRing } from './key-ring.js';
import { Sealer } from './sealer.js';

const TENANT = '019aa000-0000-7000-8000-000000000000';
const OTHER = '019aa000-0000-7000-8000-000000000001';
const ring = KeyRing.parse(KeyRing.generate());
const cursors = new Cursors(new Sealer(ring));
const notices: CursorScope = { tenantId: TENANT, list: 'notices', of: 'device-1' };
const refused = expect.objectContaining({ code: 'malformed_request' }) as Error;

describe('a cursor', () => {
  it('is read back for the list that it was made for', () => {
    expect(cursors.open(notices, cursors.seal(notices, '17 x'))).toBe('17 x');
    expect(cursors.open(notices, undefined)).toBeUndefined();
  });

  it.each<CursorScope>([
    { ...notices, tenantId: OTHER },
    { ...notices, list: 'devices' },
    { ...notices, of: 'device-2' },
    { tenantId: TENANT, list: 'notices' },
  ])('is refused by another list: %j', (scope) => {
    const cursor = cursors.seal(notices, '17 x');
    expect(() => cursors.open(scope, cursor)).toThrow(refused);
  });

  it('is refused when a bit of it changed, and under another key ring', () => {
    const bytes = Buffer.from(cursors.seal(notices, '17 x'), 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => cursors.open(notices, changed.toString('base64url'))).toThrow(refused);
    }
    const others = new Cursors(new Sealer(KeyRing.parse(KeyRing.generate())));
    expect(() => others.open(notices, bytes.toString('base64url'))).toThrow(refused);
  });

  it('reveals nothing of the position: cursors of one position differ, and have its length', () => {
    const [one, two] = [cursors.seal(notices, '17 x'), cursors.seal(notices, '17 x')];
    expect(one).not.toBe(two);
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('17 x');
  });
});
