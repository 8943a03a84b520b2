import fc from 'fast-check';
import { KeyRing } from '../crypto/key-ring.js';
import { BINDINGS, BINDING_NAMES, type BindingName, type Facts } from './bindings.js';
import { RowBinder } from './row-binder.js';

const ring = KeyRing.parse(KeyRing.generate());
const binder = new RowBinder(ring);

const value = fc.oneof(
  fc.constant(null),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
  fc.array(fc.string(), { maxLength: 3 }),
);
const factsOf = (name: BindingName, values: readonly unknown[]) =>
  Object.fromEntries(BINDINGS[name].facts.map((fact, place) => [fact, values[place] ?? null])) as Facts;
const row = fc
  .constantFrom(...BINDING_NAMES)
  .chain((name) => fc.array(value, { minLength: 13, maxLength: 13 }).map((values) => ({ name, values })));

describe('the MAC of a row', () => {
  it('matches the row that it was made for', () => {
    fc.assert(
      fc.property(row, ({ name, values }) => {
        const facts = factsOf(name, values);
        expect(binder.isRight(name, facts, binder.bind(name, facts))).toBe(true);
      }),
    );
  });

  it('matches no row with another value of any fact, and no row of another kind', () => {
    fc.assert(
      fc.property(row, fc.nat(), value, ({ name, values }, place, other) => {
        const { facts } = BINDINGS[name];
        const fact = facts[place % facts.length] ?? '';
        const held = factsOf(name, values);
        fc.pre(
          JSON.stringify([typeof held[fact as never], held[fact as never]]) !== JSON.stringify([typeof other, other]),
        );
        const mac = binder.bind(name, held);
        expect(binder.isRight(name, { ...held, [fact]: other }, mac)).toBe(false);
      }),
    );
    const secret = { tenant_id: 'a', client_id: 'b', slot: 1, secret_hash: 'x', kid: 'k', public_jwk: null };
    expect(binder.isRight('client_keys', secret, binder.bind('client_secrets', secret))).toBe(false);
  });

  it('matches nothing under another ring, or if it is truncated, empty or missing', () => {
    const facts = factsOf('enrolled', ['t', 'u', null]);
    const mac = binder.bind('enrolled', facts);
    const other = new RowBinder(KeyRing.parse(KeyRing.generate()));
    expect(other.isRight('enrolled', facts, mac)).toBe(false);
    for (const bytes of [null, new Uint8Array(), mac.subarray(0, 4), mac.subarray(0, -1), Buffer.from([1, 1, 0x7a])])
      expect(binder.isRight('enrolled', facts, bytes)).toBe(false);
  });

  it('is required once the rows were adopted, and not before', () => {
    const facts = factsOf('enrolled', ['t', 'u', null]);
    const fresh = new RowBinder(ring);
    expect(fresh.isBound('enrolled', facts, null)).toBe(true);
    fresh.adopt(['enrolled']);
    expect(fresh.isBound('enrolled', facts, null)).toBe(false);
    expect(fresh.isBound('enrolled', facts, fresh.bind('enrolled', facts))).toBe(true);
  });
});
