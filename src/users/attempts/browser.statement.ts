// The pieces of the attempt statement that know a user's browsers (OWASP device cookies). A token is known by its hash in
// the user's row; a success takes the presented one out and puts a new one in.

/** How many browsers of a user are remembered; the newest stay. */
const KEPT_BROWSERS = 10;

/** True when the presented token is one of this user's and not over. */
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
