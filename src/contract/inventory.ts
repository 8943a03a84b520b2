// The list of every route with its contract. A route with an incomplete contract stops the start (R-01). The message
// names controller and method.
import type { Type } from '@nestjs/common';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { z } from 'zod';
import {
  authorizationFactory,
  callFactory,
  deviceCallFactory,
  disconnectFactory,
  dpopFactory,
  enrolmentHeadersFactory,
  hostFactory,
  idempotencyKeyFactory,
  originFactory,
  stepUpFactory,
} from './caller.js';
import { contractOf, type RouteContractOptions } from './route-contract.js';

/** Routes where the feature authenticates the client. They have no guard. */
export const CLIENT_ROUTES: readonly string[] = ['POST /oauth2/token'];

/** Routes authenticated by the ticket of a registration. */
export const TICKET_ROUTES: readonly string[] = ['POST /v1/device-registrations/:registrationId/complete'];

/** Routes without any credential. Eight at most (R-01). */
export const PUBLIC_ROUTES: readonly string[] = [
  'GET /.well-known/oauth-authorization-server',
  'GET /.well-known/jwks.json',
  'GET /.well-known/security.txt',
  'GET /health/live',
  'GET /health/ready',
  'GET /openapi.json',
  'GET /docs',
  'GET /docs/:file',
];

/** Injection token of the inventory. */
export const ROUTES = Symbol('routes');

/** What a route reads, each with its schema. */
export interface RouteInputs {
  readonly params: Readonly<Record<string, z.ZodType>>;
  readonly query: z.ZodType | null;
  readonly body: z.ZodType | null;
}

export interface RouteEntry {
  readonly method: string;
  /** The pattern, e.g. `/v1/users/:userId/verify`. */
  readonly path: string;
  readonly controller: string;
  readonly handler: string;
  readonly contract: RouteContractOptions;
  readonly takesBody: boolean;
  readonly takesQuery: boolean;
  readonly inputs: RouteInputs;
}

interface Argument {
  readonly data?: unknown;
  readonly schema?: unknown;
  readonly factory?: unknown;
}

/** A mistake in the service's own code. The service does not start. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
}

/** @throws ContractError with every fault of every route. */
export function buildInventory(controllers: readonly Type[]): RouteEntry[] {
  const faults: string[] = [];
  const entries = controllers.flatMap((controller) => routesOf(controller, faults));
  faults.push(...publicFaults(entries));
  if (faults.length > 0)
    throw new ContractError(`These routes do not boot:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  return entries;
}

/** `GET /v1/…` → entry. */
export function routeKey({ method, path }: Pick<RouteEntry, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

function routesOf(controller: Type, faults: string[]): RouteEntry[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
    const where = `${controller.name}.${name}`;
    const contract = contractOf(handler);
    if (!contract) {
      faults.push(`${where} has no @RouteContract`);
      return [];
    }
    const found = argumentsOf(controller, name);
    const path = pathOf(controller, handler);
    faults.push(
      ...[...argumentFaults(found, path), ...contractFaults(contract, found, path)].map((fault) => `${where} ${fault}`),
    );
    const takes = (type: RouteParamtypes) => found.some(([key]) => key.startsWith(`${type}:`));
    return [
      {
        method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod],
        path,
        controller: controller.name,
        handler: name,
        contract,
        takesBody: takes(RouteParamtypes.BODY),
        takesQuery: takes(RouteParamtypes.QUERY),
        inputs: inputsOf(found),
      },
    ];
  });
}

function inputsOf(found: readonly [string, Argument][]): RouteInputs {
  const ofType = (type: RouteParamtypes) =>
    found.flatMap(([key, { data, schema }]) =>
      key.startsWith(`${type}:`) && schema instanceof z.ZodType ? [[String(data), schema] as const] : [],
    );
  return {
    params: Object.fromEntries(ofType(RouteParamtypes.PARAM)),
    query: ofType(RouteParamtypes.QUERY)[0]?.[1] ?? null,
    body: ofType(RouteParamtypes.BODY)[0]?.[1] ?? null,
  };
}

function argumentsOf(controller: Type, name: string): [string, Argument][] {
  return Object.entries((Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Record<string, Argument>);
}

function pathOf(controller: Type, handler: object): string {
  const parts = [
    Reflect.getMetadata(PATH_METADATA, controller),
    Reflect.getMetadata(PATH_METADATA, handler),
  ] as string[];
  return `/${parts
    .map((part) => part.replace(/^\/|\/$/g, ''))
    .filter((part) => part !== '')
    .join('/')}`;
}

const OUR_FACTORIES: readonly unknown[] = [
  callFactory,
  deviceCallFactory,
  disconnectFactory,
  originFactory,
  authorizationFactory,
  dpopFactory,
  hostFactory,
  stepUpFactory,
  idempotencyKeyFactory,
  enrolmentHeadersFactory,
];
/** What it takes together. */
const OF_ENROLMENT: readonly unknown[] = [stepUpFactory, idempotencyKeyFactory];
const WITH_SCHEMA: readonly number[] = [RouteParamtypes.BODY, RouteParamtypes.QUERY, RouteParamtypes.PARAM];

function argumentFaults(found: readonly [string, Argument][], path: string): string[] {
  const faults = found.flatMap(([key, argument]) => {
    if (argument.factory !== undefined) {
      return OUR_FACTORIES.includes(argument.factory)
        ? []
        : [`takes an argument (${key}) from a decorator that the contract does not know`];
    }
    const type = Number(key.split(':')[0]);
    if (!WITH_SCHEMA.includes(type))
      return [`takes the raw ${RouteParamtypes[type]}: name what it needs, with a schema`];
    if (!(argument.schema instanceof z.ZodType)) return [`takes a ${RouteParamtypes[type]} without a schema`];
    const isPart = !key.startsWith(`${RouteParamtypes.PARAM}:`) && argument.data !== undefined;
    return isPart ? [`takes a part of the ${RouteParamtypes[type]}: the other parts would not be validated`] : [];
  });
  const named = new Set(
    found.filter(([key]) => key.startsWith(`${RouteParamtypes.PARAM}:`)).map(([, { data }]) => data),
  );
  const unread = [...path.matchAll(/:(\w+)/g)].flatMap(([, name]) =>
    named.has(name) ? [] : [`does not read the parameter ${name}`],
  );
  return [...faults, ...unread];
}

/** A caller that the gate authenticates is passed to the handler and rate limited. */
function callerFaults({ auth, throttle, answer, scope }: RouteContractOptions, takes: (factory: unknown) => boolean) {
  const faults: [boolean, string][] = [
    [auth === 'token' && 'file' in answer, 'answers a token with a file, which has no schema'],
    [(auth === 'token') !== (scope !== undefined), 'must name a scope if, and only if, it takes a token'],
    [(auth === 'token') !== (throttle === 'client'), 'must be throttled by client if, and only if, it takes a token'],
    [auth === 'token' && !takes(callFactory), 'demands a token and does not take its @CallOf()'],
    [(auth === 'device') !== (throttle === 'device'), 'must be throttled by device if, and only if, a device calls it'],
    [
      (auth === 'device') !== takes(deviceCallFactory),
      'must take its @DeviceCallOf() if, and only if, a device calls it',
    ],
  ];
  return faults;
}

function contractFaults(contract: RouteContractOptions, found: readonly [string, Argument][], path: string): string[] {
  const hasBody = found.some(([key]) => key.startsWith(`${RouteParamtypes.BODY}:`));
  const takes = (wanted: unknown) =>
    found.some(
      ([, { factory }]) => factory === wanted || (factory === enrolmentHeadersFactory && OF_ENROLMENT.includes(wanted)),
    );
  const { answer } = contract;
  const faults: [boolean, string][] = [
    [hasBody !== (contract.consumes !== undefined), 'must say what it consumes if, and only if, it takes a body'],
    ...callerFaults(contract, takes),
    [
      contract.orScope !== undefined && [undefined, contract.orScope].includes(contract.scope),
      'must name a second scope only beside a first, and another one',
    ],
    [
      takes(stepUpFactory) !== (contract.stepUp !== undefined),
      'must name what a step-up is for if, and only if, it takes its @StepUpOf()',
    ],
    [
      takes(idempotencyKeyFactory) !== (contract.idempotent === true),
      'must say that it is idempotent if, and only if, it takes its @IdempotencyKeyOf()',
    ],
    [
      contract.idempotent === true && contract.data === 'credential',
      'would keep a credential under an idempotency key',
    ],
    [
      // SECURITY(T-52): without a count, a new route could be used to enumerate users.
      path.split('/').includes(':userId') !== (contract.userQuery !== undefined),
      'must say how it is counted if, and only if, its path names a user',
    ],
    ['schema' in answer && !(answer.schema instanceof z.ZodObject), 'must answer with a JSON object'],
  ];
  return faults.flatMap(([isFault, sentence]) => (isFault ? [sentence] : []));
}

// A route without a guard has to be on one of these lists.
const LISTS: Readonly<Partial<Record<RouteContractOptions['auth'], readonly [string, readonly string[]]>>> = {
  none: ['PUBLIC_ROUTES', PUBLIC_ROUTES],
  client: ['CLIENT_ROUTES', CLIENT_ROUTES],
  ticket: ['TICKET_ROUTES', TICKET_ROUTES],
};

function publicFaults(entries: readonly RouteEntry[]): string[] {
  return entries.flatMap((route) => {
    const [name, list] = LISTS[route.contract.auth] ?? [];
    if (!name || list?.includes(routeKey(route))) return [];
    return [`${routeKey(route)} takes no token and is not in ${name}`];
  });
}
