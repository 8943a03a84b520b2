import { demandsBinding, decideGrant, type BindingRules } from './grant.policy.js';

const FREE: BindingRules = { isProduction: false, boundTokensOnly: false };
const PRODUCTION: BindingRules = { isProduction: true, boundTokensOnly: false };
const ONLY: BindingRules = { isProduction: false, boundTokensOnly: true };
const allowed = ['verify', 'tenant:admin'];

// T-06. What a stolen bearer token can never have.
describe('decideGrant', () => {
  it.each<[string, BindingRules, boolean, string | undefined, string]>([
    ['every scope outside production', FREE, false, undefined, 'verify tenant:admin'],
    ['every scope to a bound token in production', PRODUCTION, true, undefined, 'verify tenant:admin'],
    ['what may be unbound in production, where none is named', PRODUCTION, false, undefined, 'verify'],
    ['the same for an empty wish', PRODUCTION, false, ' ', 'verify'],
    ['what is named', PRODUCTION, false, 'verify', 'verify'],
    ['one of two that are the same', FREE, false, 'verify verify', 'verify'],
    ['everything bound to a tenant that wants that', ONLY, true, 'tenant:admin verify', 'tenant:admin verify'],
  ])('grants %s', (_name, rules, isBound, wanted, scope) => {
    expect(decideGrant({ allowed, wanted, isBound, rules })).toEqual({ ok: true, scope });
  });

  it.each<[string, BindingRules, boolean, string | undefined, string]>([
    ['tenant:admin unbound in production', PRODUCTION, false, 'verify tenant:admin', 'bound_token_required'],
    ['any scope unbound to a tenant that wants bound tokens only', ONLY, false, 'verify', 'bound_token_required'],
    ['an empty grant', ONLY, false, undefined, 'bound_token_required'],
    ['what the client does not have, bound or not', PRODUCTION, true, 'audit:read', 'scope_not_allowed'],
    ['what no one can have', FREE, false, 'constructor', 'scope_not_allowed'],
  ])('refuses %s', (_name, rules, isBound, wanted, reason) => {
    expect(decideGrant({ allowed, wanted, isBound, rules })).toEqual({ ok: false, reason });
  });
});

it('demands a binding for an unknown scope too, if a tenant requires it', () => {
  expect(demandsBinding('constructor', ONLY)).toBe(true);
  expect(demandsBinding('constructor', PRODUCTION)).toBe(false);
});
