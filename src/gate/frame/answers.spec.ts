// R-09, T-09. The endpoint of 2024 returned more than was asked for. Here a handler tries to.
import { fastify } from 'fastify';
import { z } from 'zod';
import type { RouteEntry } from '../../contract/inventory.js';
import type { Answer } from '../../contract/route-contract.js';
import { shapeAnswers } from './answers.js';

const schema = z.object({ match: z.boolean(), data: z.array(z.object({ id: z.string() })).optional() });
const NOTHING = Symbol('nothing');

async function answered(answer: Answer, value: unknown) {
  const instance = fastify();
  const route = { method: 'GET', path: '/x', contract: { answer } } as unknown as RouteEntry;
  shapeAnswers(instance, [route]);
  instance.get('/x', (_request, reply) => {
    if (value === NOTHING) return reply.code(204).send();
    return reply.send(value);
  });
  const { statusCode, body, headers } = await instance.inject('/x');
  return { statusCode, body, headers };
}

describe('answers', () => {
  it('lose every field that the schema does not name, at any depth', async () => {
    const value = { match: true, accountId: 7, data: [{ id: 'a', devices: 3 }] };
    const { statusCode, body } = await answered({ status: 200, schema }, value);
    expect([statusCode, JSON.parse(body)]).toEqual([200, { match: true, data: [{ id: 'a' }] }]);
  });

  it.each([
    ['an object that does not fit', { match: 'yes' }],
    ['a list', [{ match: true }]],
    ['text', '{"match":true,"accountId":7}'],
    ['bytes', Buffer.from('accountId 7')],
    ['nothing', NOTHING],
  ])('never leave as %s if the contract promises an object', async (_name, value) => {
    const { statusCode, body } = await answered({ status: 200, schema }, value);
    expect(statusCode).toBe(500);
    expect(body).not.toContain('accountId');
  });

  it('never leave if the contract promises none', async () => {
    expect((await answered({ status: 204 }, NOTHING)).statusCode).toBe(204);
    const reply = await answered({ status: 204 }, { accountId: 7 });
    expect([reply.statusCode, reply.body.includes('accountId')]).toEqual([500, false]);
  });

  it('may be cached only if the contract says so', async () => {
    const cached = await answered({ status: 200, schema, cacheSeconds: 300 }, { match: true });
    expect(cached.headers['cache-control']).toBe('public, max-age=300');
    expect((await answered({ status: 200, schema }, { match: true })).headers['cache-control']).toBeUndefined();
  });
});
