// The attacker's view, without random differences: ids, secrets and signatures are renamed in the order of their
// appearance. Everything else stays: status, headers, times, and all other bytes.
import type { Answer } from '../support/api.js';

const TYPE_ID = /\b([a-z]{3})_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g;
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const REQUEST_ID = /\breq_[0-9a-f-]{36}\b/g;
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/;

/** Random values, or values derived from random ones. */
const RENAMED = new Set([
  'secret',
  'otpauthUri',
  'qrCode',
  'matchCode',
  'kid',
  'jti',
  'nonce',
  'challenge',
  'ticket',
  'registrationUri',
  'browserToken',
]);

/** Headers of Node's own HTTP, and the machine's clock. */
const UNSEEN = new Set(['date', 'connection', 'keep-alive']);

export class View {
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<string, number>();
  /** The count in the last readable cursor. */
  private counted: number | undefined;
  /** Bytes of the answer that are random values. */
  private random = 0;

  answered({ status, headers, text }: Answer): string {
    this.random = 0;
    const body = this.value('', text === '' ? null : JSON.parse(text));
    const seen = Object.entries(headers).filter(([name]) => !UNSEEN.has(name));
    const shown = Object.fromEntries(seen.map(([name, value]) => [name, this.value(name, value)]));
    // Some random values have random lengths, such as the picture of a code. The rest of the length is compared.
    const length = Buffer.byteLength(text) - this.random;
    return JSON.stringify({ status, headers: { ...shown, 'content-length': length }, body });
  }

  /** The same name for the same value of this kind. */
  name(kind: string, raw: string): string {
    const key = `${kind} ${raw}`;
    const known = this.names.get(key);
    if (known !== undefined) return known;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    const name = `${kind}#${count}`;
    this.names.set(key, name);
    return name;
  }

  private value(field: string, value: unknown): unknown {
    if (typeof value === 'string') return this.text(field, value);
    if (Array.isArray(value)) return value.map((item) => this.value(field, item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.value(name, inner)]));
  }

  private text(field: string, text: string): unknown {
    const isRandom = JWT.test(text) || RENAMED.has(field) || field === 'nextCursor';
    if (isRandom) this.random += Buffer.byteLength(JSON.stringify(text));
    if (JWT.test(text)) return this.token(text);
    if (RENAMED.has(field)) return this.name(field, text);
    if (field === 'nextCursor') return this.cursor(text);
    return text
      .replace(REQUEST_ID, (id) => this.name('req', id))
      .replace(TYPE_ID, (id, prefix: string) => this.name(prefix, id))
      .replace(UUID, (id) => this.name('uuid', id));
  }

  private token(text: string): unknown {
    const [header, payload] = text.split('.', 2).map((part) => Buffer.from(part, 'base64url').toString());
    return [header, payload].map((part = '') => this.value('', JSON.parse(part)));
  }

  /** A reader of a cursor sees its count, so a count is shown as the difference from the cursor before. */
  private cursor(text: string): string {
    const [, count] = /^(\d+) /.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
    if (count === undefined) return `${this.name('cursor', text)} of ${text.length}`;
    const since = Number(count) - (this.counted ?? Number(count));
    this.counted = Number(count);
    return `cursor ${since} on`;
  }
}
