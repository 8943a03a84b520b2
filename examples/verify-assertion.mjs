// What an application does with an assertion when it checks it by itself. It knows the address of the key set, its own client
// id, and what it asked for. Needs `npm install jose`.
import { createRemoteJWKSet, jwtVerify } from 'jose';

/**
 * The claims of an assertion that answers what was asked, or an error: then the user has proven nothing.
 *
 * @param {string} assertion from the answer to `verify` or to a challenge
 * @param {object} asked what the application remembers of the question
 * @param {string} asked.jwksUrl `https://mfa.example/.well-known/jwks.json`
 * @param {string} asked.issuer `https://mfa.example`
 * @param {string} asked.clientId the application's own: an assertion that was made for another client is refused
 * @param {string} asked.userId of whom the proof was asked
 * @param {string} asked.action what for
 * @param {string} asked.nonce random, made for this question, forgotten after this call
 * @param {Date} [asked.now]
 */
export async function readAssertion(assertion, { jwksUrl, issuer, clientId, userId, action, nonce, now }) {
  const { payload } = await jwtVerify(assertion, keysAt(jwksUrl), {
    algorithms: ['ES256'],
    typ: 'mfa-assertion+jwt',
    issuer,
    audience: clientId,
    subject: userId,
    requiredClaims: ['exp', 'iat', 'jti', 'nonce', 'action'],
    ...(now && { currentDate: now }),
  });
  // Whoever took an assertion from another session, or one made for another question, fails here.
  if (payload.nonce !== nonce || payload.action !== action) throw new Error('not an answer to this question');
  return payload;
}

/** @type {Map<string, ReturnType<typeof createRemoteJWKSet>>} */
const keySets = new Map();

/** Keys are kept and fetched again when one is missing, so that a rotation needs nothing. @param {string} url */
function keysAt(url) {
  const keys = keySets.get(url) ?? createRemoteJWKSet(new URL(url));
  keySets.set(url, keys);
  return keys;
}
