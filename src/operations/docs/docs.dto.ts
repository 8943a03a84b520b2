import { z } from 'zod';

/** Names the shape only; whether there is such a file is decided by the list of files. */
export const DocsFile = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}(?:\.[a-z0-9]{1,8}){1,2}$/)
  .meta({ description: 'A file of the Swagger UI page.', examples: ['settings.json'] });
