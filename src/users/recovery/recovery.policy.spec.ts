import {
  approved,
  asked,
  begun,
  cancelled,
  enrolling,
  readRecovery,
  statusOf,
  ticketed,
  type Recovery,
} from './recovery.policy.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 10, 24, 9);
const ID = '0190a0a0-0000-7000-8000-000000000001';
const TICKET = 'ab'.repeat(32);
const ada = (nowMs: number) => ({ clientId: 'ada', nowMs });
const bob = (nowMs: number) => ({ clientId: 'bob', nowMs });

const byCode = (delayHours = 24) => begun(ada(START), { id: ID, delayHours });
const byReset = () => asked(null, ada(START), { id: ID, statedReason: 'Lost phone' }) as Recovery;
const withTicket = () => ticketed(byCode(), ada(START + DAY), { id: ID, ticket: TICKET }) as Recovery;
const inUse = () => enrolling(withTicket(), TICKET, START + DAY) as Recovery;

describe('recovery policy', () => {
  // Each stage with its status at its first and last millisecond, and none after.
  it.each<[string, Recovery, string, number, number]>([
    ['one that was asked for', byReset(), 'asked', START, HOUR],
    ['one whose ticket was given out', withTicket(), 'ticket_issued', START + DAY, HOUR],
    ['one whose ticket was used', inUse(), 'enrolling', START + DAY, 10 * MINUTE],
  ])('ends %s to the millisecond', (_name, recovery, status, from, length) => {
    expect([from, from + length - 1, from + length].map((now) => statusOf(recovery, now))).toEqual([
      status,
      status,
      null,
    ]);
  });

  it.each([0, 1, 24, 72])('opens after a delay of %i hours and for a day', (hours) => {
    const opens = START + hours * HOUR;
    const at = (now: number) => statusOf(byCode(hours), now);
    expect([at(opens - 1), at(opens), at(opens + DAY - 1), at(opens + DAY)]).toEqual(['waiting', 'open', 'open', null]);
  });

  it('runs the delay of a reset from its approval', () => {
    const late = START + HOUR - 1;
    const waiting = approved(byReset(), bob(late), { id: ID, delayHours: 24 });
    expect(waiting).toMatchObject({ stage: 'delayed', opensAt: new Date(late + DAY).toISOString(), client: 'ada' });
  });

  it('refuses a request while another recovery is open, and not after its end', () => {
    const again = (current: Recovery, now: number) => asked(current, bob(now), { id: 'other', statedReason: 'x' });
    for (const open of [byReset(), byCode()]) expect(again(open, START)).toBe('recovery_open');
    expect(again(byReset(), START + HOUR)).toMatchObject({ id: 'other' });
    expect(again(inUse(), START + DAY + 10 * MINUTE)).toMatchObject({ id: 'other' });
  });

  it(
    'refuses an approval by the requesting client, of an ended recovery, of another id, and of a recovery ' +
      'that was not requested',
    () => {
      const facts = { id: ID, delayHours: 0 };
      expect(approved(byReset(), ada(START), facts)).toBe('same_client');
      expect(approved(byReset(), bob(START + HOUR), facts)).toBe('no_recovery');
      expect(approved(byReset(), bob(START), { ...facts, id: 'other' })).toBe('no_recovery');
      for (const current of [null, byCode(), withTicket(), inUse()])
        expect(approved(current, bob(START), facts)).toBe('no_recovery');
    },
  );

  it('refuses a ticket too early, too late, twice, to another client and of another id', () => {
    const facts = { id: ID, ticket: TICKET };
    expect(ticketed(byReset(), ada(START), facts)).toBe('not_open_yet');
    expect(ticketed(byCode(), ada(START + DAY - 1), facts)).toBe('not_open_yet');
    expect(ticketed(byCode(), ada(START + 2 * DAY), facts)).toBe('no_recovery');
    expect(ticketed(byCode(), bob(START + DAY), facts)).toBe('another_client');
    expect(ticketed(byCode(), ada(START + DAY), { ...facts, id: 'other' })).toBe('no_recovery');
    expect(ticketed(null, ada(START), facts)).toBe('no_recovery');
    for (const given of [withTicket(), inUse()]) expect(ticketed(given, ada(START + DAY), facts)).toBe('ticket_issued');
  });

  it('accepts the ticket once, and refuses another one, a late one and a second use', () => {
    expect(inUse()).toMatchObject({ id: ID, stage: 'enrolling', ticket: null });
    expect(enrolling(withTicket(), 'cd'.repeat(32), START + DAY)).toBeNull();
    expect(enrolling(withTicket(), TICKET, START + DAY + HOUR)).toBeNull();
    for (const current of [null, byReset(), byCode(), inUse()])
      expect(enrolling(current, TICKET, START + DAY)).toBeNull();
  });

  it('refuses to cancel an ended recovery, or another one', () => {
    expect(cancelled(byCode(), ID, START)).toEqual(byCode());
    expect(cancelled(byCode(), 'other', START)).toBe('no_recovery');
    expect(cancelled(byCode(), ID, START + 2 * DAY)).toBe('no_recovery');
    expect(cancelled(null, ID, START)).toBe('no_recovery');
  });

  it('refuses a row that holds anything else', () => {
    expect(readRecovery(null)).toBeNull();
    expect(readRecovery(JSON.parse(JSON.stringify(withTicket())))).toEqual(withTicket());
    for (const column of [{}, { ...byCode(), stage: 'open' }, { ...byCode(), isTrusted: true }])
      expect(() => readRecovery(column)).toThrow();
  });
});
