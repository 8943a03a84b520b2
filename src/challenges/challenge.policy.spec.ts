import { statusAt } from './challenge.policy.js';

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
