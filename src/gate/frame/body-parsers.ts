// The two kinds of body that exist here. Anything else is 415 before it is read.
import type { FastifyInstance } from 'fastify';

export function addBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  // SECURITY(T-14): `__proto__` and `constructor.prototype` keys are refused at any depth, not stripped.
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    fastify.getDefaultJsonParser('error', 'error'),
  );
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, formFields(body.toString()));
  });
}

/** A repeated parameter becomes an array, which no schema accepts (RFC 6749 §3.2: not more than once). */
function formFields(text: string): Record<string, string | string[]> {
  const fields = Object.create(null) as Record<string, string | string[]>;
  const parameters = new URLSearchParams(text);
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    fields[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return { ...fields };
}
