// The addresses that this service may call: the public internet, and those that the operator named. Pure; does not
// resolve names. Not recognised: IPv4 addresses in IPv6 prefixes that a network has chosen for its own NAT64 (RFC 6052
// §2.2).
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type AddressRange = readonly [Address, number];

export interface AddressTerms {
  /** Ranges that may be called even if they are not public, and without TLS. */
  readonly allowed: readonly AddressRange[];
  readonly isSecure: boolean;
}

// Registered as public, but answered within a cloud only: Azure's host (it serves certificates and settings of the
// machine), IBM Cloud's service networks.
const WITHIN_CLOUDS = ['168.63.129.16', '161.26.0.0/16', '166.8.0.0/14'].map(addressRange);
// IANA, IPv6 Global Unicast Address Assignments. Outside are ::/96, NAT64 and unassigned space.
const GLOBAL_IPV6 = addressRange('2000::/3');

/**
 * A CIDR range, or one address.
 * @throws Error if it is neither.
 */
export function addressRange(text: string): AddressRange {
  const [base = '', bits] = text.split('/');
  if (bits !== undefined) return ipaddr.parseCIDR(`${canonical(base)}/${bits}`);
  const address = ipaddr.process(canonical(base));
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** For an address as the resolver or the socket writes it. False for any other text. */
export function mayCall(text: string, { allowed, isSecure }: AddressTerms): boolean {
  const address = addressOf(text);
  if (!address) return false;
  // SECURITY(T-37): without TLS, only ranges of the operator are called.
  return isWithin(address, allowed) || (isSecure && isPublic(address));
}

// SECURITY(T-37): `ipaddr` also reads 0x7f.1 and 010.0.0.1, in its own way. Only addresses that the socket reads the
// same way are accepted. `process` turns ::ffff:127.0.0.1 into the IPv4 address that is called.
function addressOf(text: string): Address | null {
  return isIP(text) === 0 ? null : ipaddr.process(canonical(text));
}

// SECURITY(T-37): the library reads ::8.8.8.8, as resolvers write it, as ::ffff:8.8.8.8. Groups of hex digits are
// unambiguous. The zone names the interface, not the destination.
function canonical(text: string): string {
  return isIP(text) === 6 ? new URL(`http://[${text.replace(/%.*$/s, '')}]`).hostname.slice(1, -1) : text;
}

function isWithin(address: Address, ranges: readonly AddressRange[]): boolean {
  return ranges.some(([base, bits]) => address.kind() === base.kind() && address.match(base, bits));
}

function isPublic(address: Address): boolean {
  // SECURITY(T-37): loopback, private, link-local (metadata), carrier-grade NAT, 6to4, Teredo, reserved …: the IANA
  // registries, by name.
  if (address.range() !== 'unicast') return false;
  // SECURITY(T-37): public by registration only.
  if (isWithin(address, WITHIN_CLOUDS)) return false;
  return address instanceof ipaddr.IPv4 || isPublicIpv6(address);
}

// SECURITY(T-37): ::127.0.0.1 and an ISATAP address (RFC 5214 §6.1) are unicast and lead to the IPv4 address within.
function isPublicIpv6(address: ipaddr.IPv6): boolean {
  const [, , , , flags = 0, mark] = address.parts;
  const isIsatap = (flags & ~0x0200) === 0 && mark === 0x5efe;
  return isWithin(address, [GLOBAL_IPV6]) && !isIsatap;
}
