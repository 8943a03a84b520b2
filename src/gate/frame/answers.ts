// Builds every answer from the schema of its contract: a field that is not in the schema is never sent. Runs in
// Fastify, behind Nest, so that no handler can bypass it.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { routeKey, type RouteEntry } from '../../contract/inventory.js';
import type { Answer } from '../../contract/route-contract.js';

const SHAPED = Symbol('shaped');

type AnsweredRequest = FastifyRequest & { [SHAPED]?: true };

export function shapeAnswers(instance: FastifyInstance, routes: readonly RouteEntry[]): void {
  const answers = new Map(routes.map((route) => [routeKey(route), route.contract.answer]));
  const answerOf = ({ method, routeOptions }: FastifyRequest) => answers.get(`${method} ${routeOptions.url ?? ''}`);
  // Returns the promises without `await`: the hooks do nothing asynchronous.
  instance.addHook('preSerialization', (request: AnsweredRequest, _reply, payload) => {
    const shaped = shape(answerOf(request), payload);
    request[SHAPED] = true;
    return Promise.resolve(shaped);
  });
  instance.addHook('onSend', (request: AnsweredRequest, reply, payload) => {
    const answer = answerOf(request);
    if (answer && reply.statusCode < 300) check(answer, payload, request[SHAPED] === true);
    setCaching(answer, reply);
    return Promise.resolve(payload);
  });
}

function shape(answer: Answer | undefined, payload: unknown): unknown {
  if (!answer || !('schema' in answer)) throw new Error('BUG: a route without an answer schema returned an object');
  return answer.schema.parse(payload);
}

/** Fastify serializes objects only: text or bytes from a route with a schema would be sent unchecked. */
function check(answer: Answer, payload: unknown, wasShaped: boolean): void {
  const isEmpty = payload === undefined || payload === null || payload === '';
  const isKept = 'schema' in answer ? wasShaped : 'file' in answer ? !isEmpty : isEmpty;
  if (!isKept) throw new Error('BUG: an answer does not match its contract');
}

function setCaching(answer: Answer | undefined, reply: FastifyReply): void {
  if (answer?.cacheSeconds === undefined || reply.statusCode >= 300) return;
  reply.header('Cache-Control', `public, max-age=${answer.cacheSeconds}`);
}
