// How an application verifies an assertion by itself. It knows the URL of the key set, its own client id, and its own
// question. Needs `npm install jose`.
import { createRemoteJWKSet, jwtVerify } from 'jose';

/**
 * Returns the claims of an assertion that answers the question. Throws otherwise: the user has then proven nothing.
 * @param {string} assertion from the answer to `verify` or to a challenge
 * @param {object} asked the question, as the application stored it
 * @param {string} asked.jwksUrl `https://mfa.example/.well-known/jwks.json`
 * @param {string} asked.issuer `https://mfa.example`
 * @param {string} asked.clientId the application's own; an assertion for another client is refused
 * @param {string} asked.userId the user who had to prove
 * @param {string} asked.action the purpose
 * @param {string} asked.nonce random, made for this question, deleted after this call
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
  // An assertion from another session, or for another question, fails here.
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
