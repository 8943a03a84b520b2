// The service as a client sees it: one HTTP exchange at a time, drawn as it happens.
import { STATUS_CODES } from 'node:http';
import { maskedAuthorization, maskedJson } from './mask.js';
import { Hindrance } from './refusal.js';
import type { Screen } from './screen.js';

const TIMEOUT_MS = 10_000;
const SHOWN = ['content-type', 'cache-control', 'www-authenticate', 'retry-after', 'ratelimit', 'x-request-id'];
/** Headers that differ between any two answers. */
const VOLATILE = ['date', 'x-request-id', 'ratelimit'];

export interface Wish {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly authorization?: string;
  /** The header `Step-Up`. */
  readonly stepUp?: string;
}

/** How much of an exchange is drawn: all of it, all but the answer's body, or nothing. */
export type Shown = 'all' | 'head' | 'nothing';

export class Answer {
  private constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly text: string,
  ) {}

  static async of(response: Response): Promise<Answer> {
    return new Answer(response.status, response.headers, await response.text());
  }

  get requestId(): string {
    return this.headers.get('x-request-id') ?? '';
  }

  /** The body's fields; empty if the body is not a JSON object. */
  get json(): Record<string, unknown> {
    try {
      return Object(JSON.parse(this.text)) as Record<string, unknown>;
    } catch {
      return {};
    }
  }

  /** Everything that could tell two answers apart, except request id, time and the client's own budget. */
  get bytes(): string {
    const headers = [...this.headers].filter(([name]) => !VOLATILE.includes(name));
    const body = this.requestId === '' ? this.text : this.text.replaceAll(this.requestId, '(its request id)');
    return [this.status, ...headers.map(([name, value]) => `${name}: ${value}`), '', body].join('\n');
  }
}

export class Service {
  constructor(
    readonly url: string,
    private readonly screen: Screen,
  ) {}

  /** @throws Hindrance if no server answers. */
  async send(wish: Wish, shown: Shown = 'all'): Promise<Answer> {
    if (shown !== 'nothing') this.drawRequest(wish);
    const answer = await Answer.of(await this.fetched(wish));
    if (shown !== 'nothing') this.drawAnswer(answer, shown);
    return answer;
  }

  private async fetched({ method, path, body, form, authorization, stepUp }: Wish): Promise<Response> {
    const payload = form ? new URLSearchParams(form) : body && JSON.stringify(body);
    const headers: Record<string, string> = {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(authorization === undefined ? {} : { authorization }),
      ...(stepUp === undefined ? {} : { 'step-up': stepUp }),
    };
    const options = { method, headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) } as const;
    try {
      return await fetch(this.url + path, payload === undefined ? options : { ...options, body: payload });
    } catch (error) {
      throw notAnswering(this.url, error);
    }
  }

  private drawRequest({ method, path, body, form, authorization, stepUp }: Wish): void {
    const say = (text: string) => this.screen.wire('  > ', text, 'cyan');
    say(`${method} ${path}`);
    if (authorization !== undefined) say(`authorization: ${maskedAuthorization(authorization)}`);
    if (stepUp !== undefined) say('step-up: ***');
    if (form || body) say(`content-type: ${form ? 'application/x-www-form-urlencoded' : 'application/json'}`);
    if (form) ['', ...new URLSearchParams(form).toString().split(/(?=&)/)].forEach(say);
    if (body) ['', ...maskedJson(body).split('\n')].forEach(say);
  }

  private drawAnswer(answer: Answer, shown: Shown): void {
    const say = (text: string) => this.screen.wire('  < ', text);
    say(`${answer.status} ${STATUS_CODES[answer.status] ?? ''}`);
    for (const name of SHOWN) {
      const value = answer.headers.get(name);
      if (value !== null) say(`${name}: ${value}`);
    }
    if (shown === 'all' && answer.text !== '') ['', ...bodyOf(answer)].forEach(say);
  }
}

function bodyOf({ text, json }: Answer): string[] {
  return (Object.keys(json).length > 0 ? maskedJson(json) : text).split('\n');
}

function notAnswering(url: string, error: unknown): Hindrance {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  const why = name === 'TimeoutError' ? `no answer within ${TIMEOUT_MS / 1_000} s` : (cause?.code ?? 'no connection');
  return new Hindrance(
    `The service does not answer at ${url} (${why}): start it with \`npm start\` in another terminal and leave it running.`,
  );
}
