/** Injection token of the issuer: the https URL that names this service in tokens and metadata (RFC 8414 §2). */
export const ISSUER = Symbol('issuer');
