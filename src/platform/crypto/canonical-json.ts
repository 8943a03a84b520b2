import canonicalize from 'canonicalize';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };

/**
 * RFC 8785: one text per JSON value, for hashing and signing. Members that are undefined are left out.
 * Throws on NaN, infinities and lone surrogates, which have no canonical form.
 */
export function canonicalJson(value: Json): string {
  const text: string | undefined = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}
