/**
 * Who counts as one address. An IPv6 host owns a /64 and can send from any part of it, so the /64 is the address; an
 * IPv4 address mapped into IPv6 is the IPv4 address.
 */
export function countedAddress(address: string): string {
  const [plain = ''] = address.split('%');
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  return plain.includes(':') ? `${expanded(plain).slice(0, 4).join(':')}::/64` : plain;
}

function expanded(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((group) => parseInt(group, 16).toString(16));
}
