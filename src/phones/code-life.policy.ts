/** Milliseconds for which a code by message is valid (docs/limits.md; SP 800-63B-4 §3.1.3.2 allows ten minutes). */
export const CODE_MS = 5 * 60_000;
