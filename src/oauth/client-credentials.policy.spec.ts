import { CLIENT_ASSERTION_TYPE } from './client-assertion.policy.js';
import { presentedCredentials, type TokenRequestFacts } from './client-credentials.policy.js';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const NOTHING = {
  authorization: undefined,
  clientId: undefined,
  clientSecret: undefined,
  assertion: undefined,
  assertionType: undefined,
};
const presented = (facts: Partial<Record<keyof TokenRequestFacts, string>>) =>
  presentedCredentials({ ...NOTHING, ...facts });
const signed = { assertion: 'a.b.c', assertionType: CLIENT_ASSERTION_TYPE };

describe('presentedCredentials', () => {
  it.each([
    ['Basic', { authorization: basic('id:secret') }],
    ['basic in lower case', { authorization: basic('id:secret').replace('Basic', 'basic') }],
    ['Basic with the id repeated in the body', { authorization: basic('id:secret'), clientId: 'id' }],
    ['the body', { clientId: 'id', clientSecret: 'secret' }],
    ['escapes in Basic', { authorization: basic('%69d:secre%74') }],
  ])('reads credentials in %s', (_name, facts) => {
    expect(presented(facts)).toEqual({
      ok: true,
      credentials: { kind: 'secret', clientId: 'id', clientSecret: 'secret' },
    });
  });

  it.each([undefined, 'id'])('reads an assertion, with the client id %s beside it', (clientId) => {
    const facts = { ...signed, ...(clientId === undefined ? {} : { clientId }) };
    const credentials = { kind: 'assertion', clientId, assertion: 'a.b.c' };
    expect(presented(facts)).toEqual({ ok: true, credentials });
  });

  it('splits at the first colon, and reads a plus as the blank of a form', () => {
    expect(presented({ authorization: basic('i+d:a:b%3Ac') })).toMatchObject({
      credentials: { clientId: 'i d', clientSecret: 'a:b:c' },
    });
  });

  it.each([
    ['both ways', { authorization: basic('id:secret'), clientSecret: 'secret' }, 'several'],
    ['two ids', { authorization: basic('id:secret'), clientId: 'other' }, 'several'],
    ['a secret beside an assertion', { ...signed, clientSecret: 'secret' }, 'several'],
    ['Basic beside an assertion', { ...signed, authorization: basic('id:secret') }, 'several'],
    ['Basic beside half an assertion', { assertion: 'a.b.c', authorization: basic('id:secret') }, 'several'],
    ['an assertion without its type', { assertion: 'a.b.c' }, 'unknown_assertion'],
    ['a type without an assertion', { assertionType: CLIENT_ASSERTION_TYPE }, 'unknown_assertion'],
    ['an assertion of another type', { ...signed, assertionType: `${CLIENT_ASSERTION_TYPE}s` }, 'unknown_assertion'],
    ['nothing', {}, 'none'],
    ['an id alone', { clientId: 'id' }, 'none'],
    ['a secret alone', { clientSecret: 'secret' }, 'none'],
    ['another scheme', { authorization: 'Bearer x' }, 'unreadable'],
    ['no base64', { authorization: 'Basic a:b' }, 'unreadable'],
    ['two values', { authorization: `${basic('id:secret')} x` }, 'unreadable'],
    ['no colon', { authorization: basic('id') }, 'unreadable'],
    ['a broken escape', { authorization: basic('%zz:secret') }, 'unreadable'],
    ['an escape that is no UTF-8', { authorization: basic('%ff:secret') }, 'unreadable'],
    ['an empty header', { authorization: '' }, 'unreadable'],
  ])('refuses %s', (_name, facts, error) => {
    expect(presented(facts)).toEqual({ ok: false, error });
  });
});
