// The facts of a text, independent of its wording: ids, clauses of standards, code spans, and numbers with their units.
// Numbers in words count as digits; units have one spelling.

const numerals =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty';
/** @type {Record<string, string>} */
const digits = {
  ...Object.fromEntries(numerals.split(' ').map((word, number) => [word, String(number)])),
  thirty: '30',
  forty: '40',
  fifty: '50',
  sixty: '60',
  eighty: '80',
  ninety: '90',
  hundred: '100',
  thousand: '1000',
  million: '1000000',
  half: '1/2',
};

const units = new RegExp(
  '(\\d[\\d.,]*|1/2)[\\s-]*(?:of an? |an? )?(milliseconds?|ms|µs|seconds?|s|minutes?|min|hours?|h|days?|weeks?|months?|years?|%|bits?|bytes?|KiB|MiB|MB|' +
    'characters?|digits?|codes?|instances?|users?|numbers?|keys?|clients?|requests?)(?![\\w])',
  'gi',
);

/** @type {Record<string, string>} */
const spellings = { millisecond: 'ms', second: 's', minute: 'min', hour: 'h' };

/** @param {string} unit */
function canonical(unit) {
  const one = unit.length > 2 && unit !== 'KiB' ? unit.toLowerCase().replace(/s$/, '') : unit;
  return spellings[one] ?? one;
}

/** @param {string} text */
const plain = (text) => text.replace(/\]\([^)]*\)/g, ']').replace(/(\d)[,  ](?=\d{3}\b)/g, '$1');

/** @param {string} text */
const inDigits = (text) => text.replace(/\b[a-z]+\b/gi, (word) => digits[word.toLowerCase()] ?? word);

/** @param {string} text @returns {Set<string>} */
export function factsOf(text) {
  /** @type {Set<string>} */
  const facts = new Set();
  for (const [id] of text.matchAll(/\b[TR]-\d\d\b/g)) facts.add(id);
  for (const [, adr = ''] of text.matchAll(/decisions\/(\d{4})-|\bADR (?=\d{4})/g)) if (adr) facts.add(`ADR ${adr}`);
  for (const [, adr] of text.matchAll(/\bADR (\d{4})/g)) facts.add(`ADR ${adr}`);
  for (const [rfc] of text.matchAll(/\b(?:RFC|SP|ISO\/IEC|FIPS) \d[\d-]*\w?/g)) facts.add(rfc);
  for (const [clause] of text.matchAll(/§ ?\d[\d.]*\d|§ ?\d+/g)) facts.add(clause.replace(' ', ''));
  const prose = text.replace(/^```[\s\S]*?^```/gm, (block) => block.replaceAll('`', ' '));
  for (const [, code = ''] of prose.matchAll(/`([^`\n]+)`/g)) facts.add(`\`${code}\``);
  const numbers = inDigits(plain(text));
  for (const [, number = '', unit = ''] of numbers.matchAll(units)) facts.add(`${number} ${canonical(unit)}`);
  for (const [number] of numbers.matchAll(/(?<![\w./-])\d{2,}(?:\.\d+)?(?![\w/-])/g)) facts.add(number);
  return facts;
}
