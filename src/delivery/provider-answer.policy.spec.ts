import { z } from 'zod';
import { isTaken, ProviderFailed, readAnswer } from './provider-answer.policy.js';

describe('the status of an answer', () => {
  it.each([200, 201, 202, 204, 299])('%d is accepted', (status) => expect(isTaken(status)).toBe(true));
  it.each([400, 401, 403, 404, 409, 410, 422, 451, 499])('%d is a refusal', (status) =>
    expect(isTaken(status)).toBe(false),
  );
  it.each([0, 100, 199, 300, 301, 302, 307, 308, 399, 408, 429, 500, 502, 503, 504, 599, 999])(
    '%d is a failure',
    (status) => expect(() => isTaken(status)).toThrow(ProviderFailed),
  );
});

describe('the text of an answer', () => {
  const schema = z.object({ sid: z.string() });

  it('is parsed if it has the shape', () => expect(readAnswer('{"sid":"x","more":1}', schema)).toEqual({ sid: 'x' }));

  it.each(['', '{', 'null', '[]', '"sid"', '{}', '{"sid":4711}', '<html>+12025550123</html>'])(
    '%j fails, and is not quoted',
    (text) => expect(() => readAnswer(text, schema)).toThrow(new ProviderFailed()),
  );
});
