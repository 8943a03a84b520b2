/**
 * Identifiers: UUIDv7 in the database, TypeID 0.3 (`fac_01h455vb4pex5vsknk084sn02q`) on the wire. They sort by time of
 * creation and are not secret: an id alone grants no access.
 */
import { randomInt, randomUUID } from 'node:crypto';
import type { Clock } from '../clock/clock.js';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const PREFIX = /^(?:[a-z](?:[a-z_]{0,61}[a-z])?)?$/;
// TypeID 0.3: 26 characters hold 130 bits, so the first one encodes three bits and is at most 7.
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const VALUE_OF = new Map(Array.from(CROCKFORD, (character, value) => [character, value]));
const lastOf = new WeakMap<Clock, { ms: number; count: number }>();

/** A new UUIDv7. One process makes them in ascending order, up to 2,048 in the same millisecond. */
export function newUuid(clock: Clock): string {
  const ms = clock.nowMs();
  const last = lastOf.get(clock);
  // RFC 9562 §6.2 method 1: a counter in rand_a, started at random in the lower half of its range.
  const count = last?.ms === ms ? (last.count + 1) & 0xfff : randomInt(0x800);
  lastOf.set(clock, { ms, count });
  const time = ms.toString(16).padStart(12, '0');
  // RFC 9562 §5.7: variant and rand_b are at the same place as randomUUID's (version 4) variant and random bits.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, '0')}-${randomUUID().slice(19)}`;
}

/** Throws RangeError for a bad prefix or a text that is not a lower-case UUID, which is a bug. */
export function toTypeId(prefix: string, uuid: string): string {
  if (!PREFIX.test(prefix) || !UUID.test(uuid)) throw new RangeError('not a TypeID prefix and a UUID');
  let text = '';
  let held = 0;
  let bits = 2;
  for (const byte of Buffer.from(uuid.replaceAll('-', ''), 'hex')) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += CROCKFORD.charAt((held >>> (bits - 5)) & 31);
    held &= 31 >>> (5 - bits);
  }
  return lead(prefix) + text;
}

/** The UUID of a TypeID with this prefix. Null for any other text. Strict: each id has one spelling. */
export function fromTypeId(prefix: string, text: string): string | null {
  const start = lead(prefix);
  const suffix = text.slice(start.length);
  if (!PREFIX.test(prefix) || !text.startsWith(start) || !SUFFIX.test(suffix)) return null;
  const bytes: number[] = [];
  let held = 0;
  let bits = -2;
  for (const character of suffix) {
    held = ((held << 5) | (VALUE_OF.get(character) ?? 0)) & 0x1fff;
    bits += 5;
    if (bits >= 8) bytes.push((held >>> (bits -= 8)) & 0xff);
  }
  const hex = Buffer.from(bytes).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function lead(prefix: string): string {
  return prefix === '' ? '' : `${prefix}_`;
}
