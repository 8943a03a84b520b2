/**
 * The network that counts as one caller. An IPv6 host can use every address of its /64, so the /64 counts as one. An
 * IPv4 address mapped into IPv6 is the IPv4 address. A text that is not an address is returned unchanged.
 */
import ipaddr from 'ipaddr.js';

export function countedAddress(address: string): string {
  const [plain = ''] = address.split('%');
  if (!ipaddr.isValid(plain)) return address;
  const parsed = ipaddr.process(plain);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
