// Texts that a person is to read and to believe.
import { z } from 'zod';

// SECURITY(T-35): no control, format or invisible character (bidi overrides, zero-width ones, fillers), no line end, single spaces and
// none at the ends, and something to see: what is read is what is there. U+2800 is a Braille pattern without dots.
const FORBIDDEN = /[\p{C}\p{DI}\p{Zl}\p{Zp}\u2800]|(?! )\p{Zs}| {2}|^ | $/u;

/** A text of 1 to `length` visible characters. */
export function visibleText(length: number) {
  return z
    .string()
    .min(1)
    .refine(
      (text) => Array.from(text).length <= length && !FORBIDDEN.test(text),
      `must be 1 to ${length} visible characters`,
    );
}
