// Computes codes as an authenticator does (RFC 6238), and chooses the step of the next one. Stateless.

/**
 * @typedef {object} Secret
 * @property {string} secret base32 without padding
 * @property {string} algorithm `SHA-1`, `SHA-256` or `SHA-512`
 * @property {number} digits
 * @property {number} period seconds of a time step
 */

// How long the service accepts a code before its step starts and after it ends (docs/limits.md).
const EARLY_MS = 5_000;
const LATE_MS = 30_000;
// Margin at both ends, for the network and for clocks that differ.
const MARGIN_MS = 2_500;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The oldest step after `lastStep` whose code is safely accepted. If possible, the step before the present one, which
 * is then left for the next proof. Otherwise the milliseconds to wait.
 * @param {number} nowMs
 * @param {number} period
 * @param {number} lastStep last step that was accepted, -1 without one
 * @returns {{ step: number, waitMs: number }}
 */
export function nextStep(nowMs, period, lastStep) {
  const periodMs = period * 1_000;
  const late = Math.min(periodMs, LATE_MS) - MARGIN_MS;
  const oldest = Math.floor((nowMs - late) / periodMs);
  const step = Math.max(oldest, lastStep + 1, 0);
  return { step, waitMs: Math.max(0, step * periodMs - EARLY_MS + MARGIN_MS - nowMs) };
}

/**
 * @param {Secret} secret
 * @param {number} step
 * @returns {Promise<string>}
 */
export async function codeAt({ secret, algorithm, digits }, step) {
  const key = await crypto.subtle.importKey('raw', base32Bytes(secret), { name: 'HMAC', hash: algorithm }, false, [
    'sign',
  ]);
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const mac = new DataView(await crypto.subtle.sign('HMAC', key, counter));
  // RFC 4226 §5.3: dynamic truncation.
  const offset = mac.getUint8(mac.byteLength - 1) & 0xf;
  return String((mac.getUint32(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0');
}

/** @param {string} text */
function base32Bytes(text) {
  const bits = [...text].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2));
}

/**
 * Reads the parameters of an enrolment from its `otpauth://` URI, which leaves defaults out.
 * @param {string} uri
 * @returns {Secret}
 */
export function secretOf(uri) {
  const parameters = new URL(uri).searchParams;
  const algorithm = (parameters.get('algorithm') ?? 'SHA1').replace('SHA', 'SHA-');
  const digits = Number(parameters.get('digits') ?? 6);
  return { secret: parameters.get('secret') ?? '', algorithm, digits, period: Number(parameters.get('period') ?? 30) };
}
