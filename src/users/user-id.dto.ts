import { z } from 'zod';

/** The tenant's own opaque name for its user (docs/limits.md). No e-mail address, no number with its plus, no path step. */
export const UserId = z
  .string()
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,64}$/)
  .meta({
    description: "The tenant's opaque id of its user; never an e-mail address or a number.",
    examples: ['user-1'],
  });
