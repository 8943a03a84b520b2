import { inTransactionScope } from '../transaction-scope.js';
import { HashingBusy, PasswordHash } from './password-hash.js';

describe('PasswordHash', () => {
  const passwords = new PasswordHash();

  it('costs what ASVS 5.0 appendix C asks, with 16 bytes of salt and 32 of hash', async () => {
    const digest = await passwords.hash('tenant', 'one of ten codes');
    const [, algorithm, version, costs, salt = '', hash = ''] = digest.split('$');
    expect([algorithm, version, costs]).toEqual(['argon2id', 'v=19', 'm=19456,t=2,p=1']);
    expect([Buffer.from(salt, 'base64').length, Buffer.from(hash, 'base64').length]).toEqual([16, 32]);
  });

  it('refuses every other secret, also one that differs at the end or in case', async () => {
    const digest = await passwords.hash('tenant', 'k3y-0f-a-us3r');
    expect(await passwords.verify('tenant', digest, 'k3y-0f-a-us3r')).toBe(true);
    for (const wrong of ['', 'k3y-0f-a-us3', 'k3y-0f-a-us3r\0', 'K3y-0f-a-us3r', digest]) {
      expect(await passwords.verify('tenant', digest, wrong)).toBe(false);
    }
  });

  it('does not show that two people have the same secret', async () => {
    expect(await passwords.hash('tenant', 'same')).not.toBe(await passwords.hash('tenant', 'same'));
  });

  it('has a decoy of the same cost and lengths, which matches no secret and is different each time', async () => {
    const [decoy, real] = [passwords.decoy(), await passwords.hash('tenant', 'x')];
    const form = (digest: string) => digest.split('$').map((part, index) => (index < 4 ? part : part.length));
    expect(form(decoy)).toEqual(form(real));
    expect(await passwords.verify('tenant', decoy, 'x')).toBe(false);
    expect(passwords.decoy()).not.toBe(decoy);
  });

  it('rejects a stored text that is not a digest, instead of refusing the secret', async () => {
    await expect(passwords.verify('tenant', '', 'x')).rejects.toThrow();
    await expect(passwords.verify('tenant', 'plain text', 'plain text')).rejects.toThrow();
  });
});

describe('T-24: an attacker who sends more secrets than the machine can hash', () => {
  it('is refused beyond the running and waiting hashes, while those that wait are served in order', async () => {
    const bounded = new PasswordHash({ atOnce: 1, waiting: 2 });
    const served: number[] = [];
    const calls = [0, 1, 2, 3, 4].map((i) => bounded.hash('tenant', 'x').then(() => served.push(i)));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    await expect(calls[3]).rejects.toThrow(HashingBusy);
    expect(served).toEqual([0, 1, 2]);
  });

  it('is served again later, after failures too', async () => {
    const bounded = new PasswordHash({ atOnce: 1, waiting: 0 });
    for (let i = 0; i < 3; i += 1) {
      await expect(bounded.verify('tenant', 'no digest', 'x')).rejects.not.toThrow(HashingBusy);
    }
    const running = bounded.hash('tenant', 'x');
    await expect(bounded.hash('tenant', 'x')).rejects.toThrow(HashingBusy);
    await running;
    await expect(bounded.hash('tenant', 'x')).resolves.toMatch(/^\$argon2id\$/);
  });

  it('takes no places of another tenant, which is served after one hash of the attacker', async () => {
    const bounded = new PasswordHash({ atOnce: 1, waiting: 16 });
    const served: string[] = [];
    const ask = (tenant: string) => bounded.hash(tenant, 'x').then(() => served.push(tenant));
    const flood = Array.from({ length: 20 }, () => ask('attacker'));
    const others = [ask('first'), ask('second'), ask('first')];
    const outcomes = await Promise.allSettled([...flood, ...others]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(3);
    expect(served.slice(0, 7)).toEqual(['attacker', 'attacker', 'first', 'second', 'attacker', 'first', 'attacker']);
  });

  it('finds no hash inside a transaction, where it would hold a connection', async () => {
    const inside = inTransactionScope(() => new PasswordHash().hash('tenant', 'x'));
    await expect(inside).rejects.toThrow('BUG: a password hash inside a transaction');
  });
});
