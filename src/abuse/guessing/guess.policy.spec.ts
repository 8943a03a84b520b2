import { guessSignsOf, signalsOf, SLOT_MS, type Facts, type SignalEvent } from './guess.policy.js';

const AT = new Date(Date.UTC(2026, 10, 25, 10, 7));
const SLOT = Date.UTC(2026, 10, 25, 10, 0);
const event = (action: string, extra: Partial<SignalEvent> = {}): SignalEvent => ({
  at: AT,
  action,
  reason: null,
  clientId: 'client',
  userId: 'ada',
  ...extra,
});
const QUIET: Facts = {
  unresolvedUsers: 0,
  lockedUsers: 0,
  approvedUsers: 0,
  bombedUsers: 0,
  unlockedUsers: 0,
  steppedUsers: 0,
  refusedStepUps: 0,
  missingStepUps: 0,
  unanswered: [],
};
const kindsOf = (facts: Partial<Facts>) => guessSignsOf({ ...QUIET, ...facts }, 0).map(({ kind }) => kind);

describe('the signals of an audit log', () => {
  it('are counted by 15 minutes, kind and subject', () => {
    const refused = event('verification.refused', { reason: 'wrong_code' });
    const later = event('verification.refused', { reason: 'locked', at: new Date(AT.getTime() + SLOT_MS) });
    expect(signalsOf([refused, refused, later])).toEqual([
      { slotMs: SLOT, kind: 'refused', subject: 'ada', count: 2 },
      { slotMs: SLOT + SLOT_MS, kind: 'refused', subject: 'ada', count: 1 },
    ]);
  });

  it('name the client of a blind look-up only', () => {
    const events = [
      'blind_lookup.begun',
      'blind_lookup.answered',
      'blind_lookup.refused',
      'token.issued',
      'assertion.spent',
    ];
    expect(signalsOf(events.map((action) => event(action))).map(({ kind, subject }) => [kind, subject])).toEqual([
      ['blind_begun', 'client'],
      ['blind_answered', 'client'],
    ]);
  });
});

describe('the signs of guessing', () => {
  it.each<[string, Partial<Facts>, string[]]>([
    ['nineteen locked users', { lockedUsers: 19 }, []],
    ['twenty locked users', { lockedUsers: 20 }, ['many_users_locked']],
    ['49 refused users, none approved', { unresolvedUsers: 49 }, []],
    ['50 refused users, a thousand approved', { unresolvedUsers: 50, approvedUsers: 1_000 }, ['codes_sprayed']],
    ['a user who was unlocked too often', { unlockedUsers: 1 }, ['unlocks_repeated']],
    ['a user whose step-ups were refused', { steppedUsers: 1 }, ['step_ups_refused']],
    ['step-ups of 19 and 49 users', { refusedStepUps: 19, missingStepUps: 49 }, []],
    ['step-ups of twenty users', { refusedStepUps: 20 }, ['step_ups_refused']],
    ['missing step-ups of fifty users', { missingStepUps: 50 }, ['step_ups_refused']],
    ['push bombing of one user', { bombedUsers: 1 }, ['users_worn_down']],
    ['two clients without answers', { unanswered: ['a', 'b'] }, Array<string>(2).fill('blind_look_ups_unanswered')],
  ])('of %s', (_name, facts, kinds) => {
    expect(kindsOf(facts)).toEqual(kinds);
  });
});
