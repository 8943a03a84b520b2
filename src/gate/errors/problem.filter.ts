// Writes every refusal as a problem, and a log line if the fault is the service's.
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, PROBLEM_MEDIA_TYPE, problemBody } from '../../platform/errors/problem.js';
import { Log } from '../../platform/logging/log.js';
import { OAuthError } from '../../oauth/oauth.errors.js';
import { problemOf } from './problem-of.js';

// On this route validation errors have the form of RFC 6749 §5.2 too.
const TOKEN_ENDPOINT = '/oauth2/token';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.write(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  write(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (error instanceof OAuthError) {
      writeOAuthError(error, reply);
      return;
    }
    if (isCutOff(request)) {
      this.reportCutOff(request);
      sendProblem(new Problem('malformed_request', { cause: error }), request, reply);
      return;
    }
    const problem = problemOf(error);
    if (problem.code === 'malformed_request' && request.routeOptions.url === TOKEN_ENDPOINT) {
      writeOAuthError(new OAuthError('invalid_request', 'A parameter is missing, repeated or malformed.'), reply);
      return;
    }
    if (problem.status >= 500) this.report(problem, request);
    sendProblem(problem, request, reply);
  }

  private report(problem: Problem, request: FastifyRequest): void {
    const { status, cause = problem } = problem;
    this.log.error(problem.code, { ...namesOf(request), status, error: cause });
  }

  private reportCutOff(request: FastifyRequest): void {
    this.log.info('the client closed the connection before the request was complete', namesOf(request));
  }
}

/** The error is then that of the client's connection, which looks like an error of the database connection. */
function isCutOff({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete;
}

function namesOf({ method, id: requestId, routeOptions }: FastifyRequest) {
  return { method, route: routeOptions.url ?? '(none)', requestId };
}

export function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  reply.code(problem.status).headers({ ...problem.extras.headers, 'Content-Type': PROBLEM_MEDIA_TYPE });
  void reply.send(problemBody(problem, request.id));
}

function writeOAuthError(error: OAuthError, reply: FastifyReply): void {
  // RFC 6749 §5.2: a failed client authentication names the scheme.
  if (error.status === 401) reply.header('WWW-Authenticate', 'Basic realm="countersign", charset="UTF-8"');
  void reply
    .code(error.status)
    .header('Content-Type', 'application/json; charset=utf-8')
    .send(JSON.stringify(error.body()));
}
