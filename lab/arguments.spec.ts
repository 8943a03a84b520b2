import { wishesFrom } from './arguments.js';

const KNOWN = ['authy-replay', 'stolen-credentials'];
const from = (...args: string[]) => wishesFrom(args, KNOWN, '/here');

describe('the arguments of the lab', () => {
  it('default to all attacks and thirty days', () => {
    expect(from()).toEqual({
      names: [],
      seed: '2024',
      days: 30,
      isFull: false,
      isList: false,
      out: '/here/lab/report',
    });
  });

  it('name attacks, a seed and a folder', () => {
    const words = ['authy-replay', '--seed', '7', '--full', '--days', '2', '--out', '/there'];
    expect(from(...words)).toEqual({
      names: ['authy-replay'],
      seed: '7',
      days: 2,
      isFull: true,
      isList: false,
      out: '/there',
    });
  });

  it.each([
    ['an unknown attack', ['phishing'], /There is no attack “phishing”. There are: authy-replay, stolen-credentials./],
    ['no day', ['--days', '0'], /--days takes a whole number from 1 to 30/],
    ['half a day', ['--days', '0.5'], /--days takes/],
    ['an unknown option', ['--quick'], /--quick/],
  ])('are refused with a sentence for %s', (_what, words, sentence) => {
    expect(() => from(...words)).toThrow(sentence);
  });
});
