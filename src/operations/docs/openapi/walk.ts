// The order of the routes in Swagger UI: from top to bottom, every press of Execute works. Adding a route? It needs a
// place here, or the document is not made.
import type { RouteEntry } from '../../../contract/inventory.js';
import { ContractError, routeKey } from '../../../contract/inventory.js';

interface Section {
  readonly name: string;
  readonly description: string;
  readonly routes: readonly string[];
}

export const WALK: readonly Section[] = [
  {
    name: 'Authorize',
    description: 'Access tokens: OAuth 2.0 client credentials. Everything under `/v1` needs one.',
    routes: ['POST /oauth2/token', 'GET /.well-known/oauth-authorization-server', 'GET /.well-known/jwks.json'],
  },
  {
    name: 'Factors',
    description: 'The factors of a user. A factor is active once it is confirmed.',
    routes: [
      'POST /v1/users/:userId/factors/totp',
      'POST /v1/users/:userId/factors/webauthn',
      'POST /v1/users/:userId/factors/:factorId/confirm',
      'GET /v1/users/:userId/factors',
    ],
  },
  {
    name: 'Verification',
    description: 'Ask for a proof at sign-in. Every refusal looks the same.',
    routes: [
      'POST /v1/users/:userId/verify',
      'POST /v1/assertions/spend',
      'POST /v1/users/:userId/challenges',
      'POST /v1/challenges/:challengeId/answer',
      'GET /v1/challenges/:challengeId',
    ],
  },
  {
    name: 'Devices',
    description:
      'An app that holds a key. The application starts a registration and confirms it. The last four calls ' +
      'are for the app, which signs each of them (see `examples/device`).',
    routes: [
      'POST /v1/users/:userId/devices',
      'GET /v1/users/:userId/devices',
      'POST /v1/users/:userId/devices/:deviceId/confirm',
      'DELETE /v1/users/:userId/devices/:deviceId',
      'POST /v1/device-registrations/:registrationId/complete',
      'GET /v1/device/challenges',
      'POST /v1/device/challenges/:challengeId/respond',
      'GET /v1/device/notices',
    ],
  },
  {
    name: 'Phones',
    description:
      'Codes by text message, the weakest factor: off until an operator turns it on, and never the only ' +
      'one. And three ways to ask about numbers; use the blind look-up.',
    routes: [
      'POST /v1/users/:userId/phones',
      'GET /v1/users/:userId/phones',
      'POST /v1/users/:userId/phones/:phoneId/confirm',
      'POST /v1/users/:userId/phones/:phoneId/resend',
      'DELETE /v1/users/:userId/phones/:phoneId',
      'POST /v1/challenges/:challengeId/resend',
      'POST /v1/blind-lookups',
      'POST /v1/blind-lookups/:lookupId/answer',
      'POST /v1/users/:userId/phone-match',
      'POST /v1/phone-lookups',
    ],
  },
  {
    name: 'Recovery',
    description: 'For a user who has lost the authenticator: recovery codes, and the delayed recovery.',
    routes: [
      'POST /v1/users/:userId/factors/recovery-codes',
      'POST /v1/users/:userId/recovery',
      'GET /v1/users/:userId/recovery',
      'POST /v1/users/:userId/recovery/:recoveryId/approve',
      'POST /v1/users/:userId/recovery/:recoveryId/ticket',
      'DELETE /v1/users/:userId/recovery/:recoveryId',
    ],
  },
  {
    name: 'Removal',
    description: 'Remove a factor. The user stays an enrolled user.',
    routes: ['DELETE /v1/users/:userId/factors/:factorId'],
  },
  {
    name: 'Help',
    description: 'Help a user who is locked, as an administrator.',
    routes: ['POST /v1/users/:userId/unlock', 'POST /v1/users/:userId/reopen-codes'],
  },
  {
    name: 'Audit',
    description: 'Read what happened, why a proof was refused, and what needs attention.',
    routes: ['GET /v1/audit-events', 'GET /v1/alerts'],
  },
  {
    name: 'Webhooks',
    description: 'Manage the endpoints that get alerts.',
    routes: [
      'POST /v1/webhook-endpoints',
      'GET /v1/webhook-endpoints',
      'POST /v1/webhook-endpoints/:endpointId/rotate-secret',
      'DELETE /v1/webhook-endpoints/:endpointId',
    ],
  },
  {
    name: 'Operations',
    description: 'For operators and monitoring. No credential is needed.',
    routes: [
      'GET /health/live',
      'GET /health/ready',
      'GET /.well-known/security.txt',
      'GET /openapi.json',
      'GET /docs',
      'GET /docs/:file',
    ],
  },
];

export interface Stop {
  readonly section: string;
  readonly route: RouteEntry;
}

/** @throws ContractError with the routes that have no place, and the places that have no route. */
export function inWalkingOrder(routes: readonly RouteEntry[]): Stop[] {
  const byKey = new Map(routes.map((route) => [routeKey(route), route]));
  const places = WALK.flatMap(({ name, routes: keys }) => keys.map((key) => ({ section: name, key })));
  const placed = new Set(places.map(({ key }) => key));
  const faults = [
    ...[...byKey.keys()]
      .filter((key) => !placed.has(key))
      .map((key) => `${key} has no place in the walk of the documents`),
    ...[...placed]
      .filter((key) => !byKey.has(key))
      .map((key) => `the walk of the documents names ${key}, which no controller has`),
  ];
  if (faults.length > 0) throw new ContractError(faults.join('\n'));
  return places.flatMap(({ section, key }) => {
    const route = byKey.get(key);
    return route ? [{ section, route }] : [];
  });
}
