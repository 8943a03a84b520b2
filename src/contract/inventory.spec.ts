import 'reflect-metadata';
import {
  All,
  Body,
  Controller,
  createParamDecorator,
  Delete,
  Get,
  Headers,
  Ip,
  Next,
  Param,
  Post,
  Query,
  Req,
  Res,
  Session,
  type Type,
} from '@nestjs/common';
import { z } from 'zod';
import { CallOf, IdempotencyKeyOf } from './caller.js';
import { buildInventory, ContractError, PUBLIC_ROUTES } from './inventory.js';
import { RouteContract, type RouteContractOptions } from './route-contract.js';

const Thing = z.object({ id: z.string() });
const READ: RouteContractOptions = {
  summary: 'Read',
  description: 'Reads.',
  auth: 'token',
  scope: 'verify',
  throttle: 'client',
  data: 'public',
  audit: [],
  answer: { status: 200, schema: Thing },
};
const WRITE: RouteContractOptions = { ...READ, consumes: 'application/json' };
const contract = (change: Partial<RouteContractOptions>) => RouteContract({ ...READ, ...change });
const CustomOf = createParamDecorator(() => 'x');
type Decorators = readonly ParameterDecorator[];

/** A controller `Things` with one method `act`, whose parameters have these decorators. */
function controllerOf(
  method: readonly MethodDecorator[],
  parameters: Decorators = [CallOf()],
  path = 'v1/things',
): Type {
  class Things {
    act(): void {
      throw new Error('never called');
    }
  }
  const { prototype } = Things;
  parameters.forEach((decorate, index) => decorate(prototype, 'act', index));
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'act') ?? {};
  for (const decorate of method) decorate(prototype, 'act', descriptor);
  Object.defineProperty(prototype, 'act', descriptor);
  Controller(path)(Things);
  return Things;
}

function faultsOf(...controllers: Type[]): string {
  try {
    buildInventory(controllers);
  } catch (error) {
    if (error instanceof ContractError) return error.message;
    throw error;
  }
  return 'none';
}

// R-01, T-07. A route with an incomplete contract. The fault is reported at boot, with controller and method.
describe('the inventory', () => {
  it('lists a route with a complete contract', () => {
    const [entry] = buildInventory([controllerOf([Get(), contract({})])]);
    expect(entry).toMatchObject({
      method: 'GET',
      path: '/v1/things',
      controller: 'Things',
      handler: 'act',
      takesBody: false,
    });
  });

  it('refuses a route without a contract', () => {
    expect(faultsOf(controllerOf([Get()]))).toContain('Things.act has no @RouteContract');
  });

  it.each<[string, MethodDecorator[], Decorators, string]>([
    ['a body', [Post(), RouteContract(WRITE)], [CallOf(), Body()], 'takes a BODY without a schema'],
    ['a query', [Get(), contract({})], [CallOf(), Query()], 'takes a QUERY without a schema'],
    ['a parameter', [Get(':id'), contract({})], [CallOf(), Param('id')], 'takes a PARAM without a schema'],
    ['all parameters', [Get(':id'), contract({})], [CallOf(), Param()], 'takes a PARAM without a schema'],
    [
      'something else as schema',
      [Get(':id'), contract({})],
      [CallOf(), Param('id', { schema: {} as never })],
      'takes a PARAM without a schema',
    ],
  ])('refuses %s without a schema', (_name, method, parameters, fault) => {
    expect(faultsOf(controllerOf(method, parameters))).toContain(`Things.act ${fault}`);
  });

  it.each<[string, ParameterDecorator]>([
    ['@Req', Req()],
    ['@Res', Res()],
    ['@Res that lets Nest answer', Res({ passthrough: true })],
    ['@Next', Next()],
    ['@Headers', Headers()],
    ['@Headers by name', Headers('x-user')],
    ['@Ip', Ip()],
    ['@Session', Session()],
  ])('refuses the raw %s', (_name, decorator) => {
    expect(faultsOf(controllerOf([Get(), contract({})], [CallOf(), decorator]))).toContain('Things.act takes the raw');
  });

  it('refuses a parameter decorator that it does not know', () => {
    const fault = faultsOf(controllerOf([Get(), contract({})], [CallOf(), CustomOf()]));
    expect(fault).toContain('from a decorator that the contract does not know');
  });

  it('refuses a path parameter that the handler does not read', () => {
    const controller = controllerOf([Delete(':id'), contract({})], [CallOf()], 'v1/users/:userId');
    expect(faultsOf(controller)).toContain('does not read the parameter userId');
    expect(faultsOf(controller)).toContain('does not read the parameter id');
  });

  it.each<[string, unknown]>([
    ['a list', z.array(Thing)],
    ['a text', z.string()],
    ['anything', z.any()],
    ['a record', z.record(z.string(), z.string())],
  ])('refuses an answer that is %s', (_name, schema) => {
    const answer = { status: 200, schema } as RouteContractOptions['answer'];
    expect(faultsOf(controllerOf([Get(), contract({ answer })]))).toContain(
      'Things.act must answer with a JSON object',
    );
  });

  it.each<[string, Partial<RouteContractOptions>, string]>([
    ['a body and no type', { consumes: undefined as never }, 'must say what it consumes'],
    ['a token and no scope', { scope: undefined as never }, 'must name a scope'],
    ['a scope and no token', { auth: 'client', throttle: 'token-endpoint' }, 'must name a scope'],
    ['one scope twice', { orScope: 'verify' }, 'must name a second scope'],
    ['a second scope and no first', { scope: undefined as never, orScope: 'verify' }, 'must name a second scope'],
    ['a token and no throttle by client', { throttle: 'address' }, 'must be throttled by client'],
  ])('refuses a contract that names %s', (_name, change, fault) => {
    const controller = controllerOf(
      [Post(), RouteContract({ ...WRITE, ...change })],
      [CallOf(), Body({ schema: Thing })],
    );
    expect(faultsOf(controller)).toContain(`Things.act ${fault}`);
  });

  it('refuses a token route whose handler does not take its caller', () => {
    expect(faultsOf(controllerOf([Get(), contract({})], []))).toContain('does not take its @CallOf()');
  });

  it('refuses a media type without a body', () => {
    expect(faultsOf(controllerOf([Post(), RouteContract(WRITE)]))).toContain(
      'must say what it consumes if, and only if',
    );
  });

  // T-30.
  it('refuses an idempotency key that the handler does not read, or that would store a credential', () => {
    const keyed = { idempotent: true } as const;
    const both = [CallOf(), IdempotencyKeyOf()];
    expect(faultsOf(controllerOf([Get(), contract(keyed)], both))).toBe('none');
    expect(faultsOf(controllerOf([Get(), contract(keyed)]))).toContain(
      'must say that it is idempotent if, and only if',
    );
    expect(faultsOf(controllerOf([Get(), contract({})], both))).toContain(
      'must say that it is idempotent if, and only if',
    );
    expect(faultsOf(controllerOf([Get(), contract({ ...keyed, data: 'credential' })], both))).toContain(
      'would keep a credential',
    );
  });

  it('refuses a public route that is not on the list, and the list has eight at most', () => {
    const open: Partial<RouteContractOptions> = { auth: 'none', scope: undefined as never, throttle: 'address' };
    expect(faultsOf(controllerOf([Get(), contract(open)], []))).toContain('GET /v1/things takes no token');
    expect(faultsOf(controllerOf([Get('live'), contract(open)], [], 'health'))).toBe('none');
    expect(PUBLIC_ROUTES.length).toBeLessThanOrEqual(8);
  });

  it('reports all faults together', () => {
    const one = controllerOf([Get(':id'), contract({})], [CallOf(), Param('id'), Req()]);
    const two = controllerOf([Post()]);
    expect(faultsOf(one, two).split('\n')).toHaveLength(4);
  });

  it('does not find a contract that another decorator has hidden', () => {
    const wrap: MethodDecorator = (_target, _name, descriptor) => {
      const inner = descriptor.value as unknown as (...all: unknown[]) => unknown;
      descriptor.value = ((...all: unknown[]) => inner(...all)) as never;
    };
    expect(faultsOf(controllerOf([contract({}), wrap, Get()]))).toContain('has no @RouteContract');
  });

  it('has no entry for a route of every verb', () => {
    const [entry] = buildInventory([controllerOf([All(), contract({})])]);
    // Fastify knows its verbs, so the comparison at boot (gate/boot-check.ts) refuses it.
    expect(entry?.method).toBe('ALL');
  });
});
