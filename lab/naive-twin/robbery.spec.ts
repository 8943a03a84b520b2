import { robTwin } from './robbery.js';

describe('the twin of 2024', () => {
  it('reveals every registered number without a key, and no other', async () => {
    const candidates = Array.from({ length: 3_001 }, (_none, place) => `+1201555${String(place).padStart(4, '0')}`);
    const registered = candidates.filter((_number, place) => place % 10 === 3);
    const shares: number[] = [];
    const robbed = await robTwin(candidates, registered, (share) => shares.push(share));
    expect(robbed).toMatchObject({ sent: 3_001, confirmed: registered.length });
    expect(robbed.curve.at(-1)).toEqual({ sent: 3_001, gained: registered.length });
  });
});
