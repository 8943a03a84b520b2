import { z } from 'zod';

/** Checks the form only. The list of files decides whether the file exists. */
export const DocsFile = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}(?:\.[a-z0-9]{1,8}){1,2}$/)
  .meta({ description: 'A file of the Swagger UI page.', examples: ['settings.json'] });
