import { mayShowDemo, type DemoFacts } from './demo.policy.js';

const facts: DemoFacts = {
  isProduction: false,
  expectsOthers: false,
  listensOn: { isLoopback: true, port: 3000 },
  host: '127.0.0.1:3000',
};

describe('the demo client', () => {
  it.each(['127.0.0.1:3000', 'localhost:3000', 'LOCALHOST:3000', '[::1]:3000', '127.0.0.2:3000'])(
    'is shown to a browser that used %s',
    (host) => expect(mayShowDemo({ ...facts, host })).toBe(true),
  );

  // SECURITY(T-18): the attacker owns a name, makes the victim open a page under it, then points it at 127.0.0.1.
  it.each([
    'rebound.example:3000',
    'localhost.rebound.example:3000',
    '127.0.0.1.rebound.example:3000',
    '127.0.0.1.nip.io:3000',
    'localhost:3001',
    'localhost',
    '127.0.0.1:3000:3000',
    'user@127.0.0.1:3000',
    '127.0.0.1:3000, rebound.example:3000',
    '[::ffff:127.0.0.1]:3000',
    '::1',
    '',
  ])('is withheld from a page under the name %j', (host) => expect(mayShowDemo({ ...facts, host })).toBe(false));

  it.each<[string, Partial<DemoFacts>]>([
    ['in production', { isProduction: true }],
    ['where the operator expects callers from elsewhere', { expectsOthers: true }],
    ['where the network can connect', { listensOn: { isLoopback: false, port: 3000 } }],
    ['through a proxy', { host: null }],
  ])('is withheld %s', (_where, change) => expect(mayShowDemo({ ...facts, ...change })).toBe(false));

  it('is shown without a port if that is the default port of http', () => {
    expect(mayShowDemo({ ...facts, listensOn: { isLoopback: true, port: 80 }, host: 'localhost' })).toBe(true);
  });
});
