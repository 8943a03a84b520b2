// A textlint rule: at most 25 words a sentence, and none of the turns of phrase that readers had to read twice.
import { split } from 'sentence-splitter';

const MAX_WORDS = 25;

/**
 * @typedef {object} Pattern
 * @property {string} id
 * @property {RegExp} find
 * @property {string} instead
 */

/** @param {string} words */
const word = (words) => new RegExp(String.raw`\b(?:${words})\b`, 'giu');

/** @type {readonly Pattern[]} */
const patterns = [
  {
    id: 'indirect subject',
    find: word('nobody|anybody|whoever|whomever|whatever|whichever|whosoever'),
    instead: 'Name the subject: the client, the operator, the user.',
  },
  {
    id: 'clause without a noun',
    find: /^(?:and |or )?(?:who|whom|whose|what becomes)\b(?![^?]*\?$)/giu,
    instead: 'Begin with the noun.',
  },
  {
    id: 'that-clause as subject',
    find: /^that (?:an?|the|no|it|this|one|every|each) \w+[^?]*$/giu,
    instead: 'State the fact, then its effect.',
  },
  {
    id: 'inverted order',
    find: /^(?:beyond|of|to|under|behind|among) (?:these|those|this|that|them|what|whom|which)\b/giu,
    instead: 'Put the subject first.',
  },
  {
    id: 'split relative clause',
    find: /\b(?:an?|the|each|every) (?:caller|client|user|person) (?!who|that|which|whose|with|of|in|and|or|is|are|has|can|may|must)(?:\w+ ){1,3}(?:who|that)\b/giu,
    instead: 'Keep "who …" beside its noun.',
  },
  {
    id: 'one that',
    find: /\b(?:of|than|as|like|by|from|with|is) (?:one|those|them|such) (?:that|who|which|whose)\b/giu,
    instead: 'Repeat the noun.',
  },
  {
    id: 'what-clause',
    find: /\b(?:of|to|from|by|with|for|in|and|or|than) what (?:is|was|are|were|has|it|they|the|an?|becomes?|nobody)\b(?![^?]*\?$)/giu,
    instead: 'Name the thing.',
  },
  {
    id: 'negated object',
    find: /\b(?:may|can|must|shall|will)\b(?: \w+){0,3} (?:nothing|nobody|no one)\b/giu,
    instead: 'Say what is refused: "cannot …", "is blocked".',
  },
  {
    id: 'none of these',
    find: word('none of (?:these|those|them|it|this)'),
    instead: 'Use a plain negative: "These … do not …".',
  },
  {
    id: 'understatement',
    find: /\b(?:never|not) (?:any )?(?:good|of use|useful) for any\w*|\bbut for\b|(?<!there )\bis none\b/giu,
    instead: 'State it positively, with the number.',
  },
  {
    id: 'so many that',
    find: /\bso (?:many|few|much|long|often)\b[^.;]{0,60}\bthat\b/giu,
    instead: 'Give the threshold.',
  },
  {
    id: 'literary verb',
    find: word(
      'bids?|bade|is told of|are told of|(?:was|were|is|are) (?:not )?heard of|worn down|(?:is|are|was|were) at work|go(?:es)? on who|judges?|judged|lets? (?:it|them|one|anybody|nobody) in|(?:is|are|was) forgotten',
    ),
    instead: 'Use the verb of the field: validate, evict, in progress, sign in.',
  },
  { id: 'bare lets', find: /\blets? (?:it|him|her|them|one)(?=[.,;:]|$)/giu, instead: 'Say what is allowed.' },
  { id: 'at once', find: word('at once'), instead: 'Write "immediately" or "at the same time".' },
];

/** Code, quoted names of tests, targets of links and tags become blanks of the same length, so that positions stay true. @param {string} source */
function proseOf(source) {
  return source
    .replace(/`[^`]*`|“[^”]*”/g, (code) => 'x'.repeat(code.length))
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, (link, text) => ` ${text}`.padEnd(link.length))
    .replace(/<[^>]+>/g, (mark) => ' '.repeat(mark.length))
    .replace(/\n/g, ' ');
}

/** @param {string} sentence */
const wordsIn = (sentence) => (sentence.match(/[\p{L}\p{N}][\p{L}\p{N}'’.,:/_-]*/gu) ?? []).length;

/**
 * @param {string} sentence
 * @returns {{ from: number, to: number, message: string }[]}
 */
function faultsIn(sentence) {
  const count = wordsIn(sentence);
  const length =
    count > MAX_WORDS
      ? [{ from: 0, to: sentence.length, message: `a sentence of ${count} words, at most ${MAX_WORDS}` }]
      : [];
  const found = patterns.flatMap(({ id, find, instead }) =>
    [...sentence.matchAll(find)].map(({ 0: text, index }) => ({
      from: index,
      to: index + text.length,
      message: `${id}, "${text}". ${instead}`,
    })),
  );
  return [...length, ...found];
}

/** The end of a sentence, of a paragraph or of an item, in a text that is not Markdown. */
const end = /(?<=[.!?][”’)"]?)\s+(?=[“("]?[\p{Lu}`])|\n\s*\n|\n\s*(?:[-–] |\d\. )/gu;

/**
 * The faults of a text that is not Markdown, each with its place in the text.
 * @param {string} text
 * @returns {{ at: number, message: string }[]}
 */
export function faultsOfText(text) {
  const ends = [...text.matchAll(end), { 0: '', index: text.length }];
  return ends.flatMap(({ index }, number) => {
    const before = ends[number - 1];
    const from = before === undefined ? 0 : before.index + before[0].length;
    const start = from + (/\S/.exec(text.slice(from, index))?.index ?? 0);
    return faultsIn(proseOf(text.slice(start, index).trimEnd())).map((fault) => ({
      at: start + fault.from,
      message: fault.message,
    }));
  });
}

/** @type {import('@textlint/kernel').TextlintRuleReporter} */
export const plainEnglish = ({ Syntax, RuleError, report, getSource, locator }) => {
  /** @param {any} node */
  const check = (node) => {
    for (const { type, raw, range } of split(proseOf(getSource(node)))) {
      if (type !== 'Sentence') continue;
      for (const { from, to, message } of faultsIn(raw))
        report(node, new RuleError(message, { padding: locator.range([range[0] + from, range[0] + to]) }));
    }
  };
  return { [Syntax.Paragraph]: check, [Syntax.Header]: check, [Syntax.TableCell]: check };
};
