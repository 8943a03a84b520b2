import { decideOpening, statusAt, type RecentChallenge } from './challenge.policy.js';

const END = 1_800_000_000_000;
const state = (change: object) => ({ status: 'pending', answers: 0, expiresAt: new Date(END), ...change }) as const;

describe('a challenge', () => {
  it('is pending until its end, and expired from that millisecond on', () => {
    expect([END - 1, END].map((now) => statusAt(state({}), now))).toEqual(['pending', 'expired']);
  });

  it('is denied by the fifth answer, and not before', () => {
    const shown = [0, 1, 4, 5].map((answers) => statusAt(state({ answers }), END - 1));
    expect(shown).toEqual(['pending', 'pending', 'pending', 'denied']);
  });

  it('stays approved or denied after its time', () => {
    expect(statusAt(state({ status: 'approved', answers: 5 }), END)).toBe('approved');
    expect(statusAt(state({ answers: 5 }), END)).toBe('denied');
  });
});

describe('opening another challenge', () => {
  const limit = { pending: 3, opened: 10, windowMs: 600_000 };
  const now = new Date(END);
  const one = (change: Partial<RecentChallenge> = {}): RecentChallenge => ({
    clientId: 'app',
    withheld: false,
    status: 'pending',
    createdAt: new Date(END - 5),
    expiresAt: new Date(END + 100),
    ...change,
  });
  const many = (count: number, change: (at: number) => Partial<RecentChallenge>) =>
    Array.from({ length: count }, (_none, at) => one(change(at)));
  const wait = (recent: RecentChallenge[]) => decideOpening(recent, limit, { clientId: 'app', now }).waitMs;
  const pending = (count: number, untilMs = END + 100) => many(count, (at) => ({ expiresAt: new Date(untilMs + at) }));
  const denied = (count: number, firstMs: number) =>
    many(count, (at) => ({ status: 'denied', createdAt: new Date(firstMs + at) }));

  it('waits for the first of three open challenges, and not with two', () => {
    expect([wait(pending(2)), wait(pending(3))]).toEqual([0, 100]);
  });

  it('waits for the first of ten to leave the window, and not with nine', () => {
    expect([wait(denied(9, END - 1_000)), wait(denied(10, END - 1_000))]).toEqual([0, 599_000]);
  });

  it('waits for the later of both', () => {
    expect(wait([...denied(7, END - 599_950), ...pending(3)])).toBe(100);
    expect(wait([...denied(7, END - 599_950), ...pending(3, END + 10)])).toBe(50);
  });

  it('does not wait for challenges of another client, and is withheld instead', () => {
    const others = many(3, () => ({ clientId: 'another' }));
    expect(decideOpening(others, limit, { clientId: 'app', now })).toEqual({ waitMs: 0, isWithheld: true });
    expect(decideOpening(others.slice(1), limit, { clientId: 'app', now })).toEqual({ waitMs: 0, isWithheld: false });
  });

  it('counts withheld challenges against the client, and not against the user', () => {
    const withheld = many(3, () => ({ withheld: true }));
    expect(decideOpening(withheld, limit, { clientId: 'app', now })).toEqual({ waitMs: 100, isWithheld: false });
  });
});
