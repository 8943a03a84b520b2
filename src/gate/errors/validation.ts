// Validation by the schemas of the routes (Standard Schema). An error names place and rule, never the value.
import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { Problem, type FieldError } from '../../platform/errors/problem.js';

// A body full of unknown fields must not make the response longer than the request.
const MAX_ERRORS = 10;
const MAX_DETAIL = 200;

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

@Injectable()
export class ValidationPipe implements PipeTransform {
  async transform(value: unknown, { schema, data }: ArgumentMetadata): Promise<unknown> {
    if (!schema) return value;
    const result = await schema['~standard'].validate(value);
    if (!result.issues) return result.value;
    throw new Problem('malformed_request', { errors: fieldErrors(result.issues, data) });
  }
}

/** Pointers of a body start at its root. For a path parameter it is its name. */
function fieldErrors(issues: readonly Issue[], parameter: string | undefined): FieldError[] {
  return issues.slice(0, MAX_ERRORS).map(({ path = [], message }) => ({
    pointer: parameter ?? path.map((step) => `/${pointerToken(typeof step === 'object' ? step.key : step)}`).join(''),
    detail: message.slice(0, MAX_DETAIL),
  }));
}

/** RFC 6901 §3. */
function pointerToken(key: PropertyKey): string {
  return String(key).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1');
}
