import { statusAt, waitFor } from './challenge.policy.js';

const END = 1_800_000_000_000;
const state = (change: object) => ({ status: 'pending', answers: 0, expiresAt: new Date(END), ...change }) as const;

describe('a challenge', () => {
  it('is pending until its end, and expired from that millisecond on', () => {
    expect([END - 1, END].map((now) => statusAt(state({}), now))).toEqual(['pending', 'expired']);
  });

  it('is denied by the fifth answer and by none before', () => {
    const shown = [0, 1, 4, 5].map((answers) => statusAt(state({ answers }), END - 1));
    expect(shown).toEqual(['pending', 'pending', 'pending', 'denied']);
  });

  it('stays approved or denied when its time is over', () => {
    expect(statusAt(state({ status: 'approved', answers: 5 }), END)).toBe('approved');
    expect(statusAt(state({ answers: 5 }), END)).toBe('denied');
  });
});

describe('opening another challenge', () => {
  const limit = { pending: 3, opened: 10, windowMs: 600_000 };
  const now = new Date(END);
  const from = (count: number, first: number) => Array.from({ length: count }, (_none, at) => first + at);
  const wait = (pendingUntilMs: number[], openedMs: number[]) => waitFor({ pendingUntilMs, openedMs }, limit, now);

  it('waits for the first of three that are open, and not for one of two', () => {
    expect(wait(from(2, END + 100), from(2, END - 5))).toBe(0);
    expect(wait(from(3, END + 100), from(3, END - 5))).toBe(100);
  });

  it('waits for the first of ten to leave the window, and not with nine', () => {
    expect(wait([], from(9, END - 1_000))).toBe(0);
    expect(wait([], from(10, END - 1_000))).toBe(599_000);
  });

  it('waits for the later of both', () => {
    expect(wait(from(3, END + 100), from(10, END - 599_950))).toBe(100);
    expect(wait(from(3, END + 10), from(10, END - 599_950))).toBe(50);
  });
});
