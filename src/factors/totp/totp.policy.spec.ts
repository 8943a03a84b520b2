import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { verifySync } from 'otplib';
import hotp from '../../../test/vectors/rfc4226-hotp.json' with { type: 'json' };
import totp from '../../../test/vectors/rfc6238-totp.json' with { type: 'json' };
import { matchTotp, newTotpSecret, type TotpAttempt, type TotpParameters } from './totp.policy.js';

// An independent implementation, from RFC 4226 §5.3 and RFC 6238 §4.2, so that otplib is not compared with itself.
function codeAt(secret: Uint8Array, step: number, { algorithm, digits }: TotpParameters): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac(algorithm.toLowerCase(), secret).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

const secret = Buffer.from('countersign/totp/spec');
const standard: TotpParameters = { algorithm: 'SHA1', digits: 6, period: 30 };
const STEP = 56_666_667;
const BEGIN_MS = STEP * 30_000;
const code = codeAt(secret, STEP, standard);
const verifiedAt = (nowMs: number, change: Partial<TotpAttempt> = {}) =>
  matchTotp({ ...standard, secret, code, nowMs, ...change });

const factor = fc.record<TotpParameters & { secret: Uint8Array }>({
  secret: fc.uint8Array({ minLength: 16, maxLength: 64 }),
  algorithm: fc.constantFrom('SHA1', 'SHA256', 'SHA512'),
  digits: fc.constantFrom(6, 8),
  period: fc.integer({ min: 15, max: 60 }),
});
const anyStep = fc.integer({ min: 6, max: 100_000_000 });

describe('matchTotp', () => {
  it.each(totp.vectors)('accepts $code of RFC 6238 appendix B at $timeSeconds s with $algorithm', (vector) => {
    const { timeSeconds, code } = vector;
    const algorithm = vector.algorithm as TotpParameters['algorithm'];
    const attempt = { algorithm, digits: 8, period: 30, nowMs: timeSeconds * 1_000, code } as const;
    const key = Buffer.from(totp.secretsHex[algorithm], 'hex');
    expect(matchTotp({ ...attempt, secret: key })).toEqual({ step: Math.floor(timeSeconds / 30) });
  });

  it.each(hotp.vectors)('accepts $code of RFC 4226 appendix D as step $counter', ({ counter, code }) => {
    const key = Buffer.from(hotp.secretHex, 'hex');
    expect(verifiedAt(counter * 30_000, { secret: key, code })).toEqual({ step: counter });
  });

  it('accepts a code from 5 s before its step begins until 30 s after its step ends, to the second', () => {
    for (let second = -120; second <= 180; second += 1) {
      const expected = second >= -5 && second < 60 ? { step: STEP } : null;
      expect({ second, verdict: verifiedAt(BEGIN_MS + second * 1_000) }).toEqual({ second, verdict: expected });
    }
  });

  it('accepts and refuses to the millisecond at both edges', () => {
    expect(verifiedAt(BEGIN_MS - 5_001)).toBeNull();
    expect(verifiedAt(BEGIN_MS - 5_000)).toEqual({ step: STEP });
    expect(verifiedAt(BEGIN_MS + 59_999)).toEqual({ step: STEP });
    expect(verifiedAt(BEGIN_MS + 60_000)).toBeNull();
  });

  it('agrees with otplib’s own verification at every whole second', () => {
    for (let second = -70; second <= 130; second += 1) {
      const epoch = STEP * 30 + second;
      const theirs = verifySync({ secret, token: code, epoch, epochTolerance: [30, 5] });
      expect(verifiedAt(epoch * 1_000) !== null).toBe(theirs.valid);
    }
  });

  it('keeps the RFC’s one step of delay for periods below 30 s, and 30 s for longer ones', () => {
    for (const [period, lateSeconds] of [
      [15, 15],
      [20, 20],
      [30, 30],
      [45, 30],
      [60, 30],
    ] as const) {
      const step = 1_000_000;
      const change = { period, code: codeAt(secret, step, standard) };
      const end = (step + 1) * period * 1_000;
      expect(verifiedAt(step * period * 1_000 - 5_001, change)).toBeNull();
      expect(verifiedAt(step * period * 1_000 - 5_000, change)).toEqual({ step });
      expect(verifiedAt(end + lateSeconds * 1_000 - 1, change)).toEqual({ step });
      expect(verifiedAt(end + lateSeconds * 1_000, change)).toBeNull();
    }
  });

  it('accepts the code of any step inside its interval, under all settings of the factor', () => {
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(factor, fc.tuple(anyStep, share), (own, [step, part]) => {
        const periodMs = own.period * 1_000;
        const life = 5_000 + periodMs + Math.min(periodMs, 30_000);
        const nowMs = step * periodMs - 5_000 + Math.floor(part * life);
        const verdict = matchTotp({ ...own, code: codeAt(own.secret, step, own), nowMs });
        expect(verdict?.step).toBeGreaterThanOrEqual(step);
        // A later step only if two steps have the same code by chance.
        expect(codeAt(own.secret, verdict?.step ?? 0, own)).toBe(codeAt(own.secret, step, own));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses every code but those of at most three steps, under all settings of the factor', () => {
    fc.assert(
      fc.property(factor, fc.tuple(anyStep, fc.nat({ max: 60_000 })), (own, [step, ms]) => {
        const nowMs = step * own.period * 1_000 + ms;
        const nearby = Array.from({ length: 12 }, (_, i) => Math.floor(nowMs / own.period / 1_000) - 5 + i);
        const right = nearby.filter((one) => {
          return matchTotp({ ...own, code: codeAt(own.secret, one, own), nowMs })?.step === one;
        });
        expect(right.length).toBeLessThanOrEqual(3);
        expect(right.length).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses a right code for another secret, algorithm, length or period', () => {
    expect(verifiedAt(BEGIN_MS, { secret: Buffer.from('countersign/another/one') })).toBeNull();
    expect(verifiedAt(BEGIN_MS, { algorithm: 'SHA256' })).toBeNull();
    expect(verifiedAt(BEGIN_MS, { digits: 8 })).toBeNull();
    expect(verifiedAt(BEGIN_MS, { period: 60 })).toBeNull();
  });

  it('has no step before 1970', () => {
    const first = codeAt(secret, 0, standard);
    expect(verifiedAt(0, { code: first })).toEqual({ step: 0 });
    expect(verifiedAt(29_999, { code: first })).toEqual({ step: 0 });
  });

  it('counts the later of two steps that have the same code, so that it cannot be used again', () => {
    const twins = { code: '817816', first: 193_992 };
    expect([twins.first, twins.first + 1].map((step) => codeAt(secret, step, standard))).toEqual([
      twins.code,
      twins.code,
    ]);
    expect(verifiedAt((twins.first + 1) * 30_000, { code: twins.code })).toEqual({ step: twins.first + 1 });
  });
});

describe('T-22: an attacker who tries texts that are not codes', () => {
  it.each([
    ['a space before', ' 123456'],
    ['a space within', '123 456'],
    ['a space after', '123456 '],
    ['a line feed after', '123456\n'],
    ['a NUL after', '123456\0'],
    ['five digits', '12345'],
    ['seven digits', '1234567'],
    ['nine digits', '123456789'],
    ['full-width digits', '１２３４５６'],
    ['Arabic digits', '١٢٣٤٥٦'],
    ['a sign', '+12345'],
    ['an exponent', '12345e'],
    ['hexadecimal', '0x1234'],
    ['nothing', ''],
  ])('is refused before anything is computed: %s', (_, text) => {
    expect(candidatesComputed({ code: text })).toBe(0);
    expect(verifiedAt(BEGIN_MS, { code: text })).toBeNull();
  });

  it('is refused when the digits spell the right code in another script or length', () => {
    const fullWidth = code.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
    for (const text of [fullWidth, ` ${code}`, `${code} `, `0${code}`, `00${code}`, code.slice(1), code + code]) {
      expect(verifiedAt(BEGIN_MS, { code: text })).toBeNull();
    }
  });
});

describe('T-22: an attacker who measures how long a refusal takes', () => {
  const nowMs = BEGIN_MS + 10_000;
  const codes = [1, 0, -1].map((away) => codeAt(secret, STEP + away, standard));

  it('does not learn which step matched, or that none did', () => {
    const computed = [...codes, '000000'].map((text) => [
      candidatesComputed({ code: text, nowMs }),
      candidatesComputed({ code: text, nowMs: BEGIN_MS + 26_000 }),
    ]);
    expect(computed).toEqual(Array(4).fill([2, 3]));
  });

  it('does not learn how many digits the factor has', () => {
    expect(candidatesComputed({ code: '12345678', nowMs })).toBe(candidatesComputed({ code: '123456', nowMs }));
    expect(candidatesComputed({ code: '123456', digits: 8, nowMs })).toBe(2);
  });
});

describe('newTotpSecret', () => {
  it('is 20 bytes, and another each time', () => {
    const secrets = Array.from({ length: 1_000 }, () => newTotpSecret());
    expect(secrets.every((one) => one.length === 20)).toBe(true);
    expect(new Set(secrets.map((one) => Buffer.from(one).toString('hex'))).size).toBe(1_000);
  });
});

/** How many codes one verification computed: it reads the secret once for each. */
function candidatesComputed(change: Partial<TotpAttempt>): number {
  let reads = 0;
  matchTotp({
    ...standard,
    code,
    nowMs: BEGIN_MS,
    ...change,
    get secret() {
      reads += 1;
      return secret;
    },
  });
  return reads;
}
