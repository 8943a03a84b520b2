// Cursor paging as the wire contract has it: `?limit=&after=` → `{ data, nextCursor }`. A cursor is opaque to callers.
import { z } from 'zod';
import { Problem } from '../platform/errors/problem.js';

const MAX_PAGE = 100;

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
    .regex(/^[A-Za-z0-9_-]{1,128}$/)
    .optional()
    .meta({ description: '`nextCursor` of the page before.' }),
});

export type PageQuery = z.infer<typeof PageQuery>;

export const NextCursor = z.string().nullable().meta({ description: 'Pass as `after`; null at the end.' });

export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(parts.join(' ')).toString('base64url');
}

/** @throws Problem `malformed_request` when the text is not a cursor of this shape. */
export function decodeCursor(cursor: string, shape: RegExp): RegExpExecArray {
  const match = shape.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (!match)
    throw new Problem('malformed_request', { errors: [{ pointer: 'after', detail: 'is not a cursor of this list' }] });
  return match;
}
