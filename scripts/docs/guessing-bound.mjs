// Computes how likely a guessed code is, from the constants that bound guessing. A bound above the published one is an
// error, so a constant cannot be changed without this page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build.mjs';
import { valueOf } from './constants.mjs';
import { page, table } from './markup.mjs';

/** The published bound of 30 days. */
const PUBLISHED = 3e-4;
const PERIOD_SECONDS = 30;

const TOTP = 'src/factors/totp/totp.policy.ts';
const ATTEMPTS = 'src/users/attempts/attempt.policy.ts';
const RECOVERY_CODES = 'src/factors/recovery-codes/recovery-codes.policy.ts';
const BUDGETS = 'src/phones/budgets/budget.policy.ts';

/** @param {string} expression @param {string} file */
const number = (expression, file) => Number(valueOf(expression, file));

const signs = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `3.6·10⁻⁴`; powers of ten without a factor of one. @param {number} value @param {number} digits */
export function scientific(value, digits) {
  const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e');
  const power = [...exponent.replace(/^\+/, '')].map((sign) => (sign === '-' ? '⁻' : signs[Number(sign)])).join('');
  return `${Number(mantissa)}·10${power}`;
}

/** @param {number} guesses @param {number} [authenticators] */
export function odds(guesses, authenticators = 1) {
  const life = number('EARLY_MS + LATE_MS', TOTP) / 1_000 + PERIOD_SECONDS;
  const rightCodes = Math.ceil(life / PERIOD_SECONDS);
  return 1 - (1 - (authenticators * rightCodes) / 1_000_000) ** guesses;
}

/** A link to a threat by the heading of today. @param {string} id */
function threat(id) {
  const model = readFileSync(join(root, 'docs', 'security', 'threat-model.md'), 'utf8');
  const heading = new RegExp(`^## (${id} .*)$`, 'm').exec(model)?.[1];
  if (heading === undefined) throw new Error(`the threat model has no ${id}`);
  return `[${id}](threat-model.md#${heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\- ]/gu, '')
    .replaceAll(' ', '-')})`;
}

const inEnglish = (/** @type {number} */ value) => value.toLocaleString('en-US', { maximumSignificantDigits: 2 });

function figures() {
  const allowed = number('ALLOWED_WRONG', ATTEMPTS);
  const days = number('STOP_WINDOW_DAYS', ATTEMPTS);
  const month = odds(allowed);
  if (month > PUBLISHED) throw new Error(`the odds of ${days} days are ${month}, and ${PUBLISHED} is published (R-14)`);
  const left = number('LEFT_AFTER_RESTORE', 'src/admin/restore/restore.statements.ts');
  const windows = Math.ceil(365 / days);
  const codes = number('CODES_IN_A_SET', RECOVERY_CODES);
  const bits = 5 * number('LENGTH', RECOVERY_CODES);
  const unknownBits = bits - 5 * number('SELECTOR_LENGTH', RECOVERY_CODES);
  const lookUps = 2 * number("LIMITS['blind look-ups of a number a day'].most", BUDGETS);
  const answers = number('MAX_BLIND_ANSWERS', 'src/phones/blind/blind-lookup.policy.ts');
  return { allowed, days, month, left, windows, codes, bits, unknownBits, lookUps, answers };
}

/** @param {ReturnType<typeof figures>} of */
function rows(of) {
  const { allowed, days, month, left, windows, codes, bits, unknownBits, lookUps, answers } = of;
  const year = odds(windows * allowed);
  return [
    [
      `${days} days, all routes and instances, unlocks included`,
      String(allowed),
      `${scientific(month, 5)} **≤ ${scientific(PUBLISHED, 1)}**, one user in ${inEnglish(1 / month)}`,
    ],
    [
      `${days} days with a restore, which counts ${allowed - left} of up to ${allowed - 1} lost ones (${threat('T-49')})`,
      String(allowed - 1 + left),
      scientific(odds(allowed - 1 + left), 2),
    ],
    ['n authenticators: p is n times as high, and a wrong code counts n times', `${allowed} / n`, 'the same bound'],
    [
      `a reset of the count ([ADR 0023](../decisions/0023-one-count-of-wrong-codes.md)): a passkey, device or recovery replaces an authenticator, or two clients ask, once in ${number('AGAIN_AFTER_DAYS', 'src/users/reopening/reopening.policy.ts')} days. No single credential can`,
      `${allowed} more each`,
      `${scientific(PUBLISHED, 1)} more each`,
    ],
    [
      `a year of permanent attack: ${windows} windows`,
      inEnglish(windows * allowed),
      `${scientific(year, 3)} **≤ ${Math.ceil(year * 1_000) / 10} %**`,
    ],
    [
      'k users',
      'k times as many',
      `k times; 10,000 users: ${inEnglish(10_000 * PUBLISHED)} hits in ${days} days. Alerts have to find that (${threat('T-02')})`,
    ],
    ['eight digits', String(allowed), 'a hundredth of each figure'],
    ['period 60 s; 15 s', String(allowed), 'two codes are right at most; three'],
    [
      'recovery codes, counted separately',
      String(allowed),
      `${scientific((allowed * codes) / 2 ** bits, 2)}; with known selectors ${scientific(allowed / 2 ** unknownBits, 2)}`,
    ],
    [
      `blind look-up of one number, eight digits, ${days} days; a hit reveals the holder and proves nothing`,
      `${lookUps} · ${answers} a day`,
      scientific((lookUps * answers * days) / 1e8, 1),
    ],
    ['for comparison: five tries every 15 minutes for a year', '480 a day', `${Math.round(odds(480 * 365) * 100)} %`],
  ];
}

/** What the long simulations measured. */
const simulation = [
  '## Simulation',
  '',
  '[simulated-year.spec.ts](../../test/security/simulated-year.spec.ts): ten attackers, 365 days of a moved clock',
  '(`YEAR_DAYS=365`, else 65), two processes, fresh challenges, new addresses. The owner has a browser token, so strangers stop',
  'at 90.',
  '',
  '- Patient attackers had 1,068 guesses checked in the year, at most 89 in any 30 days.',
  '- Persistent attackers had at most 90 in any 30 days.',
  '- The owner signed in on every day.',
  '',
  '[guessing-odds.spec.ts](../../test/security/guessing-odds.spec.ts) makes hits frequent: attackers know all but three digits,',
  'p = 3·10⁻³. Each of 80 users (`ODDS_USERS=80`, else 40) gets 100 guesses. Expected hits are 80 · (1 − (1 − 3·10⁻³)¹⁰⁰) =',
  '20.8 ± 3.9, measured were 23 (seed 1000003).',
];

export function guessingBound() {
  const [early, late] = ['EARLY_MS', 'LATE_MS'].map((name) => number(name, TOTP) / 1_000);
  const life = Number(early) + PERIOD_SECONDS + Number(late);
  const right = Math.ceil(life / PERIOD_SECONDS);
  return page('The guessing bound', 'the constants of the limits', [
    'How likely an attacker who passed the first factor guesses one user’s six-digit TOTP code: at most',
    `**${scientific(PUBLISHED, 1)} in 30 days** ([R-14](../invariants.md#r-14-the-odds-of-guessing-have-a-bound)). These figures are computed from the`,
    'constants in the code; `npm run docs` fails above that bound.',
    '',
    `**One guess.** A code is accepted for ${life} s (${early} + ${PERIOD_SECONDS} + ${late}), and a new one comes every ${PERIOD_SECONDS} s. So two codes are right, and ${right}`,
    `during ${life % PERIOD_SECONDS} of every ${PERIOD_SECONDS} seconds: p ≤ ${right} / 1,000,000 = ${scientific(right / 1e6, 1)}. **n guesses**: 1 − (1 − p)ⁿ.`,
    '',
    ...table(['case', 'guesses checked', 'odds'], rows(figures())),
    '',
    ...simulation,
    '',
    'The window and the number of right codes are shown by the tests in [claims.md](../claims.md#wrong-codes-of-a-user).',
  ]);
}
