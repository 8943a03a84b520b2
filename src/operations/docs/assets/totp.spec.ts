// The page's own authenticator: the vectors of RFC 6238, and the code that it offers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeAt, nextStep, secretOf } from './totp.js';

interface Vectors {
  readonly secretsHex: Readonly<Record<string, string>>;
  readonly vectors: readonly { readonly timeSeconds: number; readonly algorithm: string; readonly code: string }[];
}

const file = join(__dirname, '../../../../test/vectors/rfc6238-totp.json');
const { secretsHex, vectors } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

const base32 = (hex: string): string => {
  const bits = [...Buffer.from(hex, 'hex')].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = bits.match(/.{1,5}/g) ?? [];
  return letters.map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(five.padEnd(5, '0'), 2)]).join('');
};

describe('the code of a step', () => {
  it.each(vectors)('is $code at $timeSeconds s with $algorithm', async ({ timeSeconds, algorithm, code }) => {
    const secret = base32(secretsHex[algorithm] ?? '');
    const facts = secretOf(`otpauth://totp/Example:ada?secret=${secret}&algorithm=${algorithm}&digits=8`);
    await expect(codeAt(facts, Math.floor(timeSeconds / 30))).resolves.toBe(code);
  });

  it('uses the defaults that the URI leaves out', () => {
    expect(secretOf('otpauth://totp/a:b?secret=GEZA')).toEqual({
      secret: 'GEZA',
      algorithm: 'SHA-1',
      digits: 6,
      period: 30,
    });
  });
});

describe('the step offered next', () => {
  /** Whether the service accepts a code of `step` at `atMs`, as docs/limits.md has it. */
  const isAccepted = (step: number, period: number, atMs: number): boolean => {
    const begin = step * period * 1_000;
    return atMs >= begin - 5_000 && atMs < begin + period * 1_000 + Math.min(period * 1_000, 30_000);
  };

  it('is the step before the present one, so that the present one is left for the next proof', () => {
    const atMs = 100 * 30_000 + 10_000;
    expect(nextStep(atMs, 30, -1)).toEqual({ step: 99, waitMs: 0 });
    expect(nextStep(atMs, 30, 99)).toEqual({ step: 100, waitMs: 0 });
  });

  it('is waited for if all accepted steps are used', () => {
    expect(nextStep(100 * 30_000 + 10_000, 30, 100)).toEqual({ step: 101, waitMs: 17_500 });
  });

  it.each([15, 30, 45, 60])('is never refused for its time, nor two seconds later or earlier (period %i)', (period) => {
    for (let ms = 0; ms < period * 1_000; ms += 250) {
      const nowMs = 1_000 * period * 1_000 + ms;
      for (const last of [-1, 998, 999, 1_000, 1_001]) {
        const { step, waitMs } = nextStep(nowMs, period, last);
        expect(step).toBeGreaterThan(last);
        expect(isAccepted(step, period, nowMs + waitMs - 2_000)).toBe(true);
        expect(isAccepted(step, period, nowMs + waitMs + 2_000)).toBe(true);
      }
    }
  });

  it('leaves room for an immediate second proof with every period of 30 s', () => {
    for (let ms = 0; ms < 30_000; ms += 250) {
      const nowMs = 30_000_000 + ms;
      const { step } = nextStep(nowMs, 30, -1);
      expect(nextStep(nowMs, 30, step).waitMs).toBe(0);
    }
  });
});
