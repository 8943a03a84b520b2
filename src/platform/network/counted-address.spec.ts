import { countedAddress } from './counted-address.js';

// T-11. The attacker owns a network of 2^64 addresses and sends each request from another.
describe('countedAddress', () => {
  it.each([
    ['the shortest spelling', '2001:db8::1'],
    ['another host of the /64', '2001:db8::ffff:ffff:ffff:ffff'],
    ['all groups written out', '2001:0db8:0000:0000:0000:0000:0000:0001'],
    ['upper case', '2001:DB8::1'],
    ['a zone', '2001:db8::1%eth0'],
    ['zeros at the end', '2001:db8:0:0:1::'],
    ['an IPv4 tail', '2001:db8::192.0.2.1'],
  ])('counts %s as the one network', (_name, address) => {
    expect(countedAddress(address)).toBe('2001:db8:0:0::/64');
  });

  it.each([
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['2001:db8:1::1', '2001:db8:1:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1', 'fe80:0:0:0::/64'],
  ])('keeps %s apart', (address, counted) => {
    expect(countedAddress(address)).toBe(counted);
  });

  it.each(['::ffff:192.0.2.7', '::FFFF:192.0.2.7', '::ffff:c000:207', '192.0.2.7'])(
    'counts %s as the IPv4 address it is',
    (address) => {
      expect(countedAddress(address)).toBe('192.0.2.7');
    },
  );

  it('returns a text that is not an address unchanged, so that it has a count of its own', () => {
    expect(countedAddress('unknown')).toBe('unknown');
    expect(countedAddress('')).toBe('');
  });
});
