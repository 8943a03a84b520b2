// Builds every answer from the schema of its contract: a field that the schema does not name cannot leave.
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { contractOf, type RouteContractOptions } from '../contract/route-contract.js';

@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const contract = contractOf(context.getHandler());
    if (!contract) throw new Error('BUG: a route without a contract was reached');
    tellCaching(contract, context.switchToHttp().getResponse<FastifyReply>());
    return next.handle().pipe(map((value: unknown) => shaped(contract, value)));
  }
}

function shaped({ answer }: RouteContractOptions, value: unknown): unknown {
  if ('schema' in answer) return answer.schema.parse(value);
  if ('file' in answer) return value;
  if (value !== undefined) throw new Error('BUG: a route that answers 204 returned something');
  return undefined;
}

function tellCaching({ answer }: RouteContractOptions, reply: FastifyReply): void {
  if (answer.cacheSeconds !== undefined) {
    reply.header('Cache-Control', `public, max-age=${answer.cacheSeconds}`);
  }
}
