import { z } from 'zod';

/** A TypeID with this prefix, of which only the form is checked. */
export function typeIdSchema(prefix: string, { description, example }: { description: string; example: string }) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))
    .meta({ description, examples: [example] });
}
