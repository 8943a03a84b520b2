import { z } from 'zod';

/** Checks the form of a TypeID with this prefix, not its existence. */
export function typeIdSchema(prefix: string, { description, example }: { description: string; example: string }) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))
    .meta({ description, examples: [example] });
}
