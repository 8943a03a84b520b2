// In which order an explorer meets the routes: from top to bottom, every press works. Adding a route? It needs its
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
    description: 'Tokens for machines: OAuth 2.0 client credentials. Everything under `/v1` needs one.',
    routes: ['POST /oauth2/token', 'GET /.well-known/oauth-authorization-server', 'GET /.well-known/jwks.json'],
  },
  {
    name: 'Factors',
    description: 'What a user proves with. A factor counts from its confirmation on.',
    routes: [
      'POST /v1/users/:userId/factors/totp',
      'POST /v1/users/:userId/factors/webauthn',
      'POST /v1/users/:userId/factors/:factorId/confirm',
      'GET /v1/users/:userId/factors',
    ],
  },
  {
    name: 'Verification',
    description: 'The question that an application asks at sign-in. Every refusal looks the same.',
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
      'An app that holds a key. The application opens a registration and confirms it; the last four are for the app itself, which signs ' +
      'each call (`examples/device` is one).',
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
      'A number as a factor, the weakest there is: off until an operator turns it on, and never alone. And three ways to ask about numbers, ' +
      'of which the blind look-up is the one to take.',
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
    description: 'For the day when the authenticator is gone: codes on paper, and the slow way back.',
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
    description: 'A factor ends; the user stays one who was enrolled.',
    routes: ['DELETE /v1/users/:userId/factors/:factorId'],
  },
  {
    name: 'Help',
    description: 'What an administrator may do for a user who is locked.',
    routes: ['POST /v1/users/:userId/unlock', 'POST /v1/users/:userId/reopen-codes'],
  },
  {
    name: 'Audit',
    description: 'What happened, and why a proof was refused; what somebody has to look at.',
    routes: ['GET /v1/audit-events', 'GET /v1/alerts'],
  },
  {
    name: 'Webhooks',
    description: 'Who is told of alerts, as soon as there is one.',
    routes: [
      'POST /v1/webhook-endpoints',
      'GET /v1/webhook-endpoints',
      'POST /v1/webhook-endpoints/:endpointId/rotate-secret',
      'DELETE /v1/webhook-endpoints/:endpointId',
    ],
  },
  {
    name: 'Operations',
    description: 'For those who run and watch the service. Open to everyone.',
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

/** @throws ContractError naming the routes that have no place, and the places that have no route. */
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
