// Validation by the schemas of the routes. A failure names the place and the rule, never the value.
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { Problem, type FieldError } from '../../platform/errors/problem.js';

// A body full of unknown fields must not make the answer longer than the request.
const MAX_ERRORS = 10;
const MAX_DETAIL = 200;

type Issues = Parameters<
  NonNullable<NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>['exceptionFactory']>
>[0];

export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => new Problem('malformed_request', { errors: fieldErrors(issues) }),
  });
}

function fieldErrors(issues: Issues): FieldError[] {
  return issues.slice(0, MAX_ERRORS).map(({ path = [], message }) => ({
    pointer: `/${path.map((step) => pointerToken(typeof step === 'object' ? step.key : step)).join('/')}`,
    detail: message.slice(0, MAX_DETAIL),
  }));
}

/** RFC 6901 §3. */
function pointerToken(key: PropertyKey): string {
  return String(key).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1');
}
