import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import { DerivedValues } from './derived-values.js';

const ring = KeyRing.generate();
const derived = () => new DerivedValues(new BlindIndex(KeyRing.parse(ring)));
const owner = { tenantId: '01890000-0000-7000-8000-000000000001', userId: 'ada' };
const facts = {
  id: '01890000-0000-7000-8000-00000000000a',
  action: 'factors.add',
  nonce: 'n-0S6_WzA2MjRk7Qm',
  context: null,
};

describe('derived challenges', () => {
  // T-27: the signed bytes commit to the question.
  it.each([
    ['user', { ...owner, userId: 'eve' }, facts],
    ['tenant', { ...owner, tenantId: '01890000-0000-7000-8000-000000000002' }, facts],
    ['challenge', owner, { ...facts, id: '01890000-0000-7000-8000-00000000000b' }],
    ['action', owner, { ...facts, action: 'login' }],
    ['nonce', owner, { ...facts, nonce: 'n-0S6_WzA2MjRk7Qn' }],
    ['action left out', owner, { ...facts, action: null }],
    ['nonce left out', owner, { ...facts, nonce: null }],
    ['text moved from one to the next', owner, { ...facts, action: `${facts.action},${facts.nonce}`, nonce: null }],
  ])('differ for another %s', (_what, other, changed) => {
    expect(derived().assertionChallenge(other, changed)).not.toBe(derived().assertionChallenge(owner, facts));
  });

  it('are the same on every instance with the same key ring, and unknown to any other', () => {
    const stranger = new DerivedValues(new BlindIndex(KeyRing.parse(KeyRing.generate())));
    expect(derived().assertionChallenge(owner, facts)).toBe(derived().assertionChallenge(owner, facts));
    expect(stranger.assertionChallenge(owner, facts)).not.toBe(derived().assertionChallenge(owner, facts));
    expect(Buffer.from(derived().assertionChallenge(owner, facts), 'base64url')).toHaveLength(32);
  });

  it('of a registration differ from those of an assertion, and belong to one user', () => {
    const challenge = derived().registrationChallenge(owner, facts.id);
    expect(challenge).not.toBe(derived().assertionChallenge(owner, { ...facts, action: null, nonce: null }));
    expect(challenge).not.toBe(derived().registrationChallenge({ ...owner, userId: 'eve' }, facts.id));
  });
});

describe('derived user handles', () => {
  it('do not hold the user id, and differ between tenants', () => {
    const handle = Buffer.from(derived().userHandle(owner), 'base64url');
    expect(handle).toHaveLength(32);
    expect(handle.toString('latin1')).not.toContain('ada');
    const elsewhere = derived().userHandle({ ...owner, tenantId: '01890000-0000-7000-8000-000000000002' });
    expect(elsewhere).not.toBe(handle.toString('base64url'));
  });
});

describe('decoy credential ids', () => {
  it('are the same at every request, and differ between users', () => {
    expect(derived().decoyCredentialIds(owner, null)).toEqual(derived().decoyCredentialIds(owner, null));
    expect(derived().decoyCredentialIds({ ...owner, userId: 'eve' }, null)).not.toEqual(
      derived().decoyCredentialIds(owner, null),
    );
  });

  // A real user's list has no id of the list for a wrong factor id. Nor may a decoy's.
  it('for a named factor differ from those for any factor', () => {
    const any = derived().decoyCredentialIds(owner, null);
    const named = derived().decoyCredentialIds(owner, facts.id);
    expect(named).toHaveLength(1);
    expect(any).not.toContain(named[0]);
  });

  it('of two do not repeat their bytes', () => {
    const users = Array.from({ length: 200 }, (_none, number) => ({ ...owner, userId: `user-${number}` }));
    const ids = users.flatMap((user) => derived().decoyCredentialIds(user, null));
    const halves = ids.flatMap((id) => {
      const bytes = Buffer.from(id, 'base64url').toString('hex');
      return bytes.match(/.{32}/g) ?? [];
    });
    expect(new Set(halves).size).toBe(halves.length);
  });
});
