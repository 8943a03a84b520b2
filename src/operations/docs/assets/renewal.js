// A token expires after five minutes. Before a request with a token that is about to expire, the client credentials of
// Authorize get a new one, as any client does. Only a press of Execute leads here.

const SPARE_MS = 10_000;

/**
 * Replaces a token that is about to expire, in the request and in Swagger UI's state.
 * @param {import('./carry.js').System} system
 * @param {any} request
 */
export async function renewToken(system, request) {
  const authorized = request.securities?.authorized?.oauth2;
  if (!authorized || endOf(authorized.token?.access_token) > Date.now() + SPARE_MS) return;
  const auth = { ...authorized, token: undefined };
  const answer = await fetch('/oauth2/token', {
    method: 'POST',
    credentials: 'omit',
    headers: { authorization: `Basic ${btoa(`${auth.clientId}:${auth.clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: [...auth.scopes].join(' ') }),
  });
  if (!answer.ok) return;
  const token = await answer.json();
  authorized.token = token;
  system.authActions.authorizeOauth2({ auth, token });
}

/** `exp` of a JWT in milliseconds. Infinity if there is none. @param {string | undefined} jwt */
function endOf(jwt) {
  try {
    const payload = (jwt ?? '').split('.')[1] ?? '';
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).exp * 1_000;
  } catch {
    return Infinity;
  }
}
