// Cursor paging as the wire contract has it: `?limit=&after=` → `{ data, nextCursor }`. A cursor is opaque to callers (Cursors).
import { z } from 'zod';

const MAX_PAGE = 100;
/** Of a cursor: the longest that is sealed has 158 characters. */
const MAX_CURSOR = 256;

export const PageQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/)
    .transform(Number)
    .pipe(z.int().max(MAX_PAGE))
    .default(50)
    .meta({ description: `How many at most, 1 to ${MAX_PAGE}.` }),
  after: z
    .string()
    .regex(new RegExp(`^[A-Za-z0-9_-]{1,${MAX_CURSOR}}$`))
    .optional()
    .meta({ description: '`nextCursor` of the page before.' }),
});

export type PageQuery = z.infer<typeof PageQuery>;

export const NextCursor = z.string().nullable().meta({ description: 'Pass as `after`; null at the end.' });
