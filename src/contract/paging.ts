// Cursor paging: `?limit=&after=` → `{ data, nextCursor }`. Clients treat a cursor as opaque (Cursors).
import { z } from 'zod';

const MAX_PAGE = 100;
/** Limit on the length of a cursor. The longest sealed one has 158 characters. */
const MAX_CURSOR = 256;

export const PageQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/)
    .transform(Number)
    .pipe(z.int().max(MAX_PAGE))
    .default(50)
    .meta({ description: `Maximum number of items, 1 to ${MAX_PAGE}.` }),
  after: z
    .string()
    .regex(new RegExp(`^[A-Za-z0-9_-]{1,${MAX_CURSOR}}$`))
    .optional()
    .meta({ description: 'The `nextCursor` of the page before.' }),
});

export type PageQuery = z.infer<typeof PageQuery>;

export const NextCursor = z
  .string()
  .nullable()
  .meta({ description: 'Pass it as `after` to get the next page. Null on the last page.' });
