// Builds every answer from the schema of its contract: a field that the schema does not name cannot leave. It stands
// at the frame, behind Nest, so that no handler of whatever kind gets around it.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RouteEntry } from '../../contract/inventory.js';
import { routeKey } from '../../contract/inventory.js';
import type { Answer } from '../../contract/route-contract.js';

const SHAPED = Symbol('shaped');

type AnsweredRequest = FastifyRequest & { [SHAPED]?: true };

/** `METHOD /pattern` → what the contract says. */
export function shapeAnswers(instance: FastifyInstance, routes: readonly RouteEntry[]): void {
  const answers = new Map(routes.map((route) => [routeKey(route), route.contract.answer]));
  const answerOf = (request: FastifyRequest) => answers.get(`${request.method} ${request.routeOptions.url ?? ''}`);
  instance.addHook('preSerialization', (request: AnsweredRequest, _reply, payload, done) => {
    const answer = answerOf(request);
    if (!answer || !('schema' in answer))
      return done(new Error('BUG: an object leaves a route whose contract knows none'));
    const { error, data } = answer.schema.safeParse(payload);
    if (error) return done(error);
    request[SHAPED] = true;
    done(null, data);
  });
  instance.addHook('onSend', (request: AnsweredRequest, reply, payload, done) => {
    const answer = answerOf(request);
    if (!answer || reply.statusCode >= 300) return done();
    if (!isAsPromised(answer, payload, request[SHAPED] === true))
      return done(new Error('BUG: an answer is not what its contract says'));
    if (answer.cacheSeconds !== undefined) reply.header('Cache-Control', `public, max-age=${answer.cacheSeconds}`);
    done();
  });
}

/** Fastify serializes objects only: text or bytes from a route with a schema would pass unshaped. */
function isAsPromised(answer: Answer, payload: unknown, wasShaped: boolean): boolean {
  if ('schema' in answer) return wasShaped;
  const isEmpty = payload === undefined || payload === null || payload === '';
  return 'file' in answer ? !isEmpty : isEmpty;
}
