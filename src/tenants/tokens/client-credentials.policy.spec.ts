import { presentedCredentials } from './client-credentials.policy.js';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const presented = (facts: { authorization?: string; clientId?: string; clientSecret?: string }) =>
  presentedCredentials({ authorization: undefined, clientId: undefined, clientSecret: undefined, ...facts });

describe('presentedCredentials', () => {
  it.each([
    ['Basic', { authorization: basic('id:secret') }],
    ['basic in lower case', { authorization: basic('id:secret').replace('Basic', 'basic') }],
    ['Basic with the id repeated in the body', { authorization: basic('id:secret'), clientId: 'id' }],
    ['the body', { clientId: 'id', clientSecret: 'secret' }],
    ['escapes in Basic', { authorization: basic('%69d:secre%74') }],
  ])('reads credentials in %s', (_name, facts) => {
    expect(presented(facts)).toEqual({ ok: true, credentials: { clientId: 'id', clientSecret: 'secret' } });
  });

  it('splits at the first colon, and reads a plus as the blank of a form', () => {
    expect(presented({ authorization: basic('i+d:a:b%3Ac') })).toMatchObject({
      credentials: { clientId: 'i d', clientSecret: 'a:b:c' },
    });
  });

  it.each([
    ['both ways', { authorization: basic('id:secret'), clientSecret: 'secret' }, 'several'],
    ['two ids', { authorization: basic('id:secret'), clientId: 'other' }, 'several'],
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
