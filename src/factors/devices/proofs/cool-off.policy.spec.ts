import { coolOffEnd } from './cool-off.policy.js';

const device = { activatedAt: new Date(1_000), isFirst: false, coolOffHours: 24 };

it('a new device cools off for the hours of its tenant, and a first factor does not', () => {
  expect(coolOffEnd(device)).toBe(1_000 + 86_400_000);
  expect([coolOffEnd({ ...device, coolOffHours: 0 }), coolOffEnd({ ...device, isFirst: true })]).toEqual([null, null]);
});
