import { z } from 'zod';

/** A code of six digits. Only ASCII digits are accepted. */
export const SixDigits = z.string().regex(/^[0-9]{6}$/, 'must be 6 ASCII digits');
