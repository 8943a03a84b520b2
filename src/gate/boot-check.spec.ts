import { ContractError, type RouteEntry } from '../contract/inventory.js';
import { refuseStrangers } from './boot-check.js';

const listed = [{ method: 'GET', path: '/v1/things/:id' }] as RouteEntry[];

// R-01, T-07. A plugin registers a route on Fastify itself: no guard would ever see it.
describe('refuseStrangers', () => {
  it('accepts routes that both know', () => {
    expect(() => refuseStrangers(new Set(['GET /v1/things/:id']), listed)).not.toThrow();
  });

  it('refuses a route that only Fastify knows, by name', () => {
    const known = new Set(['GET /v1/things/:id', 'POST /debug', 'GET /v1/*']);
    expect(() => refuseStrangers(known, listed)).toThrow(
      new ContractError('Fastify has routes without a contract: POST /debug, GET /v1/*'),
    );
  });

  it('refuses another verb on a known URL', () => {
    const known = new Set(['GET /v1/things/:id', 'HEAD /v1/things/:id']);
    expect(() => refuseStrangers(known, listed)).toThrow('HEAD /v1/things/:id');
  });

  it('refuses a listed route that does not exist', () => {
    expect(() => refuseStrangers(new Set(), listed)).toThrow('that Fastify does not have: GET /v1/things/:id');
  });
});
