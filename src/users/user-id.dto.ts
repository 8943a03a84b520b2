import { z } from 'zod';

/**
 * The tenant's own opaque id of a user (docs/limits.md). Refuses e-mail addresses, numbers with a plus, and path
 * segments.
 */
export const UserId = z
  .string()
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,64}$/)
  .meta({
    description: "The tenant's opaque id of its user. Never use an e-mail address or a number.",
    examples: ['user-1'],
  });
