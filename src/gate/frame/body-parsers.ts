// The two body types of the service. Any other gets 415 before it is read.
import type { FastifyInstance, FastifyRequest } from 'fastify';

const texts = new WeakMap<FastifyRequest, string>();

/** The raw JSON body. Undefined if there was none. */
export function bodyText(request: FastifyRequest): string | undefined {
  return texts.get(request);
}

export function addBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  // SECURITY(T-14): `__proto__` and `constructor.prototype` keys are refused at any depth, not stripped.
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    texts.set(request, body.toString());
    void parse(request, body.toString(), done);
  });
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, formFields(body.toString()));
  });
}

// SECURITY(T-11): one pass over the parameters. Looking up each name among all of them cost half a second of the only
// thread for one 16 KiB body of short names.
/** A repeated parameter becomes an array, which no schema accepts (RFC 6749 §3.2: not more than once). */
function formFields(text: string): Record<string, string | string[]> {
  const fields = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(text)) {
    const known = fields[name];
    if (known === undefined) fields[name] = value;
    else if (typeof known === 'string') fields[name] = [known, value];
    else known.push(value);
  }
  return { ...fields };
}
