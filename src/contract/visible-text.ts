// Texts that a person reads and trusts.
import { z } from 'zod';

// SECURITY(T-35): no control, format or invisible character (bidi overrides, zero-width characters, fillers) and no
// line end. Only single spaces, not at the ends, and at least one visible character. So a text cannot look like
// another. U+2800 is a Braille pattern without dots.
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
