// The operations in Swagger UI, from top to bottom.

export const ANSWER = 'POST /v1/challenges/{challengeId}/answer';

/** Every operation, in the order of the page, with the status that a reader of the page gets. */
export const WALK = [
  ['POST /oauth2/token', 200],
  ['GET /.well-known/oauth-authorization-server', 200],
  ['GET /.well-known/jwks.json', 200],
  ['POST /v1/users/{userId}/factors/totp', 201],
  ['POST /v1/users/{userId}/factors/webauthn', 201],
  ['POST /v1/users/{userId}/factors/{factorId}/confirm', 200],
  ['GET /v1/users/{userId}/factors', 200],
  ['POST /v1/users/{userId}/verify', 200],
  ['POST /v1/assertions/spend', 200],
  ['POST /v1/users/{userId}/challenges', 201],
  // Two codes are used by now. A third is accepted only in the last five seconds of a step.
  [ANSWER, 422],
  ['GET /v1/challenges/{challengeId}', 200],
  // The user is enrolled by now, so a device needs a step-up. The following requests without one are refused, each in
  // its own way.
  ['POST /v1/users/{userId}/devices', 403],
  ['GET /v1/users/{userId}/devices', 200],
  ['POST /v1/users/{userId}/devices/{deviceId}/confirm', 422],
  ['DELETE /v1/users/{userId}/devices/{deviceId}', 404],
  ['POST /v1/device-registrations/{registrationId}/complete', 422],
  ['GET /v1/device/challenges', 401],
  ['POST /v1/device/challenges/{challengeId}/respond', 401],
  ['GET /v1/device/notices', 401],
  // A phone needs a step-up too, and the demo client may not ask about any number.
  ['POST /v1/users/{userId}/phones', 403],
  ['GET /v1/users/{userId}/phones', 200],
  ['POST /v1/users/{userId}/phones/{phoneId}/confirm', 422],
  ['POST /v1/users/{userId}/phones/{phoneId}/resend', 404],
  ['DELETE /v1/users/{userId}/phones/{phoneId}', 404],
  ['POST /v1/challenges/{challengeId}/resend', 409],
  ['POST /v1/blind-lookups', 202],
  ['POST /v1/blind-lookups/{lookupId}/answer', 422],
  ['POST /v1/users/{userId}/phone-match', 200],
  ['POST /v1/phone-lookups', 403],
  // Not possible with a token alone; the next test shows the necessary proof.
  ['POST /v1/users/{userId}/factors/recovery-codes', 403],
  ['POST /v1/users/{userId}/recovery', 202],
  ['GET /v1/users/{userId}/recovery', 200],
  // Another client must approve; before that there is no ticket.
  ['POST /v1/users/{userId}/recovery/{recoveryId}/approve', 403],
  ['POST /v1/users/{userId}/recovery/{recoveryId}/ticket', 409],
  ['DELETE /v1/users/{userId}/recovery/{recoveryId}', 204],
  ['DELETE /v1/users/{userId}/factors/{factorId}', 403],
  ['POST /v1/users/{userId}/unlock', 204],
  ['POST /v1/users/{userId}/reopen-codes', 200],
  ['GET /v1/audit-events', 200],
  ['GET /v1/alerts', 200],
  ['POST /v1/webhook-endpoints', 201],
  ['GET /v1/webhook-endpoints', 200],
  ['POST /v1/webhook-endpoints/{endpointId}/rotate-secret', 201],
  ['DELETE /v1/webhook-endpoints/{endpointId}', 204],
  ['GET /health/live', 200],
  ['GET /health/ready', 200],
  ['GET /.well-known/security.txt', 404],
  ['GET /openapi.json', 200],
  ['GET /docs', 200],
  ['GET /docs/{file}', 200],
] as const;
