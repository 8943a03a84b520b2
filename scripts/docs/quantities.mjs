// Writes constants of the source as words of a document: `{PENDING_MS min}` becomes `10 min`, `{HIT .2}` two decimals. The
// unit of a constant is the end of its name, as everywhere in the source.
import { valueOf } from './constants.mjs';

/** What a unit holds of the smallest one of its kind, milliseconds or bits. @type {Record<string, number>} */
const sizes = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  days: 86_400_000,
  bits: 1,
  bytes: 8,
  KiB: 8_192,
  MiB: 8_388_608,
};

/** @type {readonly (readonly [RegExp, string])[]} */
const unitsOfNames = [
  [/_?ms$/i, 'ms'],
  [/_seconds$/i, 's'],
  [/_minutes$/i, 'min'],
  [/_hours$/i, 'h'],
  [/_days$/i, 'days'],
  [/_bytes$/i, 'bytes'],
];

/** @param {string} expression */
function unitOf(expression) {
  const names = expression.match(/[A-Za-z_]\w*/g) ?? [];
  for (const name of names.reverse()) for (const [end, unit] of unitsOfNames) if (end.test(name)) return unit;
  throw new Error(`no name in ${expression} ends with a unit`);
}

/** @param {unknown} value @param {string} expression */
function inDigits(value, expression) {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`${expression} is not a number`);
  return Number(value.toPrecision(6)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}

/**
 * @param {string} placeholder without braces: an expression, and a unit or none
 * @param {string} file
 */
export function quantity(placeholder, file) {
  const [, rounded, decimals] = /^(.*) \.(\d)$/.exec(placeholder) ?? [];
  if (rounded !== undefined) return Number(valueOf(rounded, file)).toFixed(Number(decimals)).replace('-', '−');
  const [, expression = '', unit] = /^(.*?)(?: (ms|s|min|h|days|bits|bytes|KiB|MiB))?$/.exec(placeholder) ?? [];
  const value = valueOf(expression, file);
  if (unit === undefined) return inDigits(value, expression);
  const factor = /** @type {number} */ (sizes[unitOf(expression)]) / /** @type {number} */ (sizes[unit]);
  return `${inDigits(Number(value) * factor, expression)} ${unit}`;
}
