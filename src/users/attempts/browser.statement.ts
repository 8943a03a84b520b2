// The pieces of the attempt statement for a user's browsers (OWASP device cookies). The user's row holds the hashes of
// the tokens. A success replaces the presented one by a new one.

/** Remembered browsers of a user. The newest are kept. */
const KEPT_BROWSERS = 10;

/** True if the token belongs to this user and has not expired. */
export const IS_KNOWN = 'coalesce((browsers ->> :browser::text)::bigint > :now_ms::bigint, false)';

export function browserColumn(isRight: string): string {
  return `
        browsers = CASE WHEN ${isRight} THEN (
            SELECT coalesce(jsonb_object_agg(kept.key, kept.value), '{}') FROM (
              SELECT key, value FROM jsonb_each(users.browsers - coalesce(:browser::text, ''))
              WHERE value::bigint > :now_ms::bigint ORDER BY value::bigint DESC LIMIT ${KEPT_BROWSERS - 1}) AS kept
          ) || jsonb_build_object(:new_browser::text, :browser_until::bigint)
          ELSE browsers END,`;
}
