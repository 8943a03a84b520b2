import { BadRequestException, HttpException, ImATeapotException } from '@nestjs/common';
import { HashingBusy } from '../../platform/crypto/password-hash.js';
import { SealBroken } from '../../platform/crypto/sealer.js';
import { Problem } from '../../platform/errors/problem.js';
import { problemOf } from './problem-of.js';

const withFields = (error: Error, fields: object) => Object.assign(error, fields);

describe('problemOf', () => {
  it('passes a problem on unchanged', () => {
    const problem = new Problem('not_found');
    expect(problemOf(problem)).toBe(problem);
  });

  // T-16, R-10.
  it.each([
    ['a seal that is broken', new SealBroken()],
    ['too much hashing', new HashingBusy()],
    ['a refused connection', withFields(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a server that shuts down', withFields(new Error('x'), { code: '57P01' })],
    ['a statement that took too long', withFields(new Error('x'), { code: '57014' })],
    ['a database that only reads', withFields(new Error('x'), { code: '25006' })],
    ['a pool without a free connection', new Error('timeout exceeded when trying to connect')],
    ['a connection that broke', new Error('Connection terminated unexpectedly')],
    ['the same below another error', new Error('x', { cause: withFields(new Error('y'), { code: 'ECONNRESET' }) })],
  ])('answers 503 for %s', (_name, error) => {
    expect(problemOf(error)).toMatchObject({ code: 'service_unavailable', status: 503 });
  });

  it.each([
    [new BadRequestException('secret text'), 'malformed_request'],
    [new HttpException('x', 405), 'method_not_allowed'],
    [withFields(new Error('x'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }), 'content_too_large'],
    [withFields(new SyntaxError('Unexpected token'), { statusCode: 400 }), 'malformed_request'],
  ] as const)('maps errors of the frameworks: %s', (error, code) => {
    expect(problemOf(error).code).toBe(code);
  });

  // T-10. Any error may have a status and a message full of values.
  it.each([
    ['an error that brings its own status', withFields(new Error('x'), { statusCode: 200 })],
    ['a status that no problem has', new ImATeapotException()],
    ['a mistake of ours', new TypeError('x is not a function')],
    ['a violated key', withFields(new Error('Key (user_id)=(ada) exists'), { code: '23505' })],
    ['a text', 'thrown'],
    ['null', null],
    ['nothing', undefined],
  ])('calls %s a failure of the service', (_name, error) => {
    expect(problemOf(error)).toMatchObject({ code: 'internal_error', status: 500 });
  });

  it('shows nothing of the cause to the caller', () => {
    expect(problemOf(new BadRequestException('secret text')).extras.detail).toBeUndefined();
    expect(problemOf(new BadRequestException('secret text')).extras.errors).toBeUndefined();
  });
});
