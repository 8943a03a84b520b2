// T-37. Only whether an address may be called, not what is behind it. Addresses inside a range behave like its ends.
import fc from 'fast-check';
import { addressRange, mayCall } from './address-rules.js';

const publicly = (address: string) => mayCall(address, { allowed: [], isSecure: true });
const named = (address: string, ...ranges: string[]) =>
  mayCall(address, { allowed: ranges.map(addressRange), isSecure: false });

describe('T-37: an address that the operator has not named', () => {
  it.each([
    ['IPv4', ['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255']],
    ['IPv4 beside the private ranges', ['128.0.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0']],
    [
      'IPv4 beside what clouds keep',
      ['168.63.129.15', '168.63.129.17', '161.25.255.255', '166.12.0.0', '223.255.255.255'],
    ],
    ['IPv6', ['2606:4700:4700::1111', '2001:4860:4860::8888', '2a00::1', '2003::1', '2400:cb00::5efd:7f00:1']],
    ['mapped IPv4', ['::ffff:8.8.8.8', '::ffff:808:808']],
  ])('is called if it is public: %s', (_what, addresses) => {
    expect(addresses.filter((address) => !publicly(address))).toEqual([]);
  });

  it.each([
    ['this host', ['0.0.0.0', '0.255.255.255', '::']],
    ['loopback', ['127.0.0.0', '127.0.0.1', '127.255.255.255', '::1']],
    ['private', ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255']],
    ['unique local', ['fc00::', 'fd00:ec2::254', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']],
    ['link-local', ['169.254.0.0', '169.254.169.254', '169.254.170.2', 'fe80::', 'fe80::1%eth0', 'febf::1', 'fec0::1']],
    ['of a carrier', ['100.64.0.0', '100.100.100.200', '100.127.255.255']],
    ['multicast and broadcast', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1']],
    ['reserved', ['192.0.0.192', '192.88.99.1', '198.18.0.1', '198.19.255.255', '240.0.0.1', '100::1', '5f00::1']],
    ['of documentation', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1']],
    ['within a cloud though public', ['168.63.129.16', '161.26.0.0', '161.26.255.255', '166.8.0.0', '166.11.255.255']],
    ['within a cloud, mapped', ['::ffff:168.63.129.16', '::ffff:a83f:8110']],
    ['mapped', ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '0:0:0:0:0:ffff:a9fe:a9fe']],
    ['compatible', ['::127.0.0.1', '::7f00:1', '::8.8.8.8', '::ffff:0:127.0.0.1']],
    ['of NAT64', ['64:ff9b::127.0.0.1', '64:ff9b::8.8.8.8', '64:ff9b:1::a9fe:a9fe', '64:ff9b:1:ffff::1']],
    ['of 6to4', ['2002:7f00:1::', '2002:a9fe:a9fe::1', '2002:808:808::1']],
    ['of Teredo', ['2001::1', '2001:0:7f00:1::', '2001:0:4136:e378:8000:63bf:80ff:fffe']],
    ['of ISATAP', ['2400:cb00::5efe:7f00:1', '2400:cb00::200:5efe:10.0.0.1', '2400:cb00:1:2:0:5efe:a9fe:a9fe']],
    ['of tests and identifiers', ['2001:2::1', '2001:10::1', '2001:20::1', '2001:30::1', '2001:1::1']],
    ['unassigned', ['1::1', '1fff::1', '4000::1', '8000::1', 'e000::1']],
  ])('is refused: %s', (_what, addresses) => {
    expect(addresses.filter(publicly)).toEqual([]);
  });

  it('is refused if it is not an address, even if others read it as one', () => {
    const texts = [
      '',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0x8.8.8.8',
      '010.8.8.8',
      '8.8',
      '8.8.8.8.',
      ' 8.8.8.8',
      '[::1]',
    ];
    expect([...texts, 'localhost', '8.8.8.8/8', '2a00::1%'].filter(publicly)).toEqual([]);
  });

  it('is not called without TLS, public or not', () => {
    const terms = { allowed: [], isSecure: false };
    expect(['8.8.8.8', '2606:4700::1', '127.0.0.1'].filter((address) => mayCall(address, terms))).toEqual([]);
  });

  it('is treated as the IPv4 address that it maps', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(publicly(`::ffff:${address}`)).toBe(publicly(address));
      }),
    );
  });

  it('is never called if it embeds an IPv4 address of any kind', () => {
    const embeddings = ['::', '::ffff:0:', '64:ff9b::', '64:ff9b:1::', '2400:cb00::5efe:'];
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom(...embeddings), (address, prefix) => {
        expect(publicly(prefix + address)).toBe(false);
      }),
    );
  });
});

describe('T-37: an address that the operator has named', () => {
  it.each([
    ['itself', '127.0.0.1', '127.0.0.1'],
    ['in a range', '10.1.255.255', '10.1.0.0/16'],
    ['of IPv6', 'fd00::17', 'fd00::/64'],
    ['on one interface', 'fe80::1%eth0.1', 'fe80::/10'],
    ['compatible', '::127.0.0.1', '::127.0.0.0/104'],
    ['mapped', '::ffff:127.0.0.1', '127.0.0.1'],
    ['mapped by the operator', '127.0.0.1', '::ffff:127.0.0.1'],
  ])('is called, without TLS too: %s', (_what, address, range) => {
    expect(named(address, range)).toBe(true);
  });

  it.each([
    ['its neighbour', '127.0.0.2', '127.0.0.1'],
    ['beyond the range', '10.2.0.0', '10.1.0.0/16'],
    ['of the other family', '::1', '127.0.0.0/8'],
    ['that embeds it', '64:ff9b::127.0.0.1', '127.0.0.1'],
    ['compatible with it', '::127.0.0.1', '127.0.0.1'],
  ])('leaves all others refused: %s', (_what, address, range) => {
    expect(named(address, range)).toBe(false);
  });

  it.each(['', '10.0.0.0/33', 'localhost', '10.0.0.0/'])('is not a range: %s', (text) => {
    expect(() => addressRange(text)).toThrow(/ipaddr/);
  });
});
