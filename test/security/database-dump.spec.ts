// R-06, T-20, T-38. The attacker has a copy of the whole database, such as a backup or a replica. The attacker has no
// key ring and no running service. They look for phone numbers, seeds, codes and secrets, in plain and in every common
// encoding.
import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { call, totpAt, type EnrolledUser } from '../support/api.js';
import { numberAt, PhoneDesk } from '../support/phones.js';
import { codesOf } from '../support/recovery.js';
import { Stage } from '../support/stage.js';

const PLANTED = 9_800;
const ENROLLED = 200;
const AREAS = 7;
const AT_ONCE = 8;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** The search compares this many first characters. */
const HEAD = 8;
const execute = promisify(execFile);

/** The fields that are read from answers. */
type Known = Readonly<Record<'id' | 'status' | 'assertion', string>>;

/** The encodings of some bytes. */
function writings(secret: string | Buffer): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const base64 = bytes.toString('base64').replaceAll('=', '');
  const plain = typeof secret === 'string' ? [secret] : [];
  return [...plain, hex, hex.toUpperCase(), base64, bytes.toString('base64url')];
}

/** With the plus sign, without it, and as dialled within the country. */
const numberForms = (e164: string) => [e164, e164.slice(1), e164.slice(2)].flatMap(writings);

function seedForms(secret: string): string[] {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  return [...writings(secret), ...writings(bytes)];
}

/** The wanted strings that are in the text. Digits that occur by chance in random bytes and ids do not count. */
function found(text: string, wanted: readonly string[]): string[] {
  const isDigits = (each: string) => /^\+?\d+$/.test(each);
  const withoutRandom = text.replaceAll(/\\+x[0-9a-f]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '*');
  const numbers = wanted.filter(isDigits);
  return [
    ...foundIn(withoutRandom, numbers),
    ...foundIn(
      text,
      wanted.filter((each) => !isDigits(each)),
    ),
  ];
}

function foundIn(text: string, wanted: readonly string[]): string[] {
  const byHead = new Map<string, string[]>();
  for (const each of wanted) byHead.set(each.slice(0, HEAD), [...(byHead.get(each.slice(0, HEAD)) ?? []), each]);
  const hits = new Set<string>();
  for (let at = 0; at + HEAD <= text.length; at += 1)
    for (const each of byHead.get(text.slice(at, at + HEAD)) ?? []) if (text.startsWith(each, at)) hits.add(each);
  return [...hits];
}

describe('a copy of the database', () => {
  let stage: Stage;
  let desk: PhoneDesk;
  let dump: string;
  let rows: string[];
  const numbers: string[] = [];
  const seeds: string[] = [];
  const secrets: string[] = [];
  /** Codes of six digits. */
  const codes = new Set<string>();

  beforeAll(async () => {
    stage = await Stage.open();
    desk = await PhoneDesk.of(stage, { lookups: 'on', 'daily-cap': '100000', 'blind-cap': '100000' });
    const planted = Array.from({ length: PLANTED }, (_none, index) => ({
      userId: `planted-${index}`,
      phoneNumber: numberAt((index % AREAS) * 10_000 + Math.floor(index / AREAS)),
    }));
    numbers.push(...planted.map(({ phoneNumber }) => phoneNumber));
    await desk.plant(planted);
    for (let index = 0; index < ENROLLED; index += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_none, each) => enrol(index + each)));
    await desk.settled();
    for (const { code } of desk.sent()) codes.add(code);
    await others();
    await stage.service.sql('CREATE TABLE canaries (said TEXT, bytes BYTEA)');
    rows = await allRows();
    dump = await dumped();
  });
  afterAll(() => stage.stop());

  async function post(path: string, body: object, headers: Record<string, string> = {}) {
    const answer = await call(stage.service.url, { path, token: stage.token, body, headers });
    return answer.json() as Known;
  }

  /** Enrols one user with an authenticator, a phone, a challenge and a blind look-up; a look-up asks about the user. */
  async function enrol(index: number): Promise<void> {
    const user = await stage.user(`user-${index}`);
    const phoneNumber = numberAt((index % AREAS) * 10_000 + 5_000 + Math.floor(index / AREAS));
    const { assertion } = await proven(user);
    const headers = { 'step-up': assertion, 'idempotency-key': `"phone-${index}"` };
    const phone = await post(`/v1/users/${user.userId}/phones`, { phoneNumber }, headers);
    const code = desk.codeOfEnrolment(phone.id);
    expect((await post(`/v1/users/${user.userId}/phones/${phone.id}/confirm`, { code })).status).toBe('active');
    const challenge = await post(`/v1/users/${user.userId}/challenges`, { type: 'phone' });
    const typed = desk.codeOfChallenge(challenge.id, phone.id);
    await post(`/v1/challenges/${challenge.id}/answer`, { code: index % 2 === 0 ? typed : '000000' });
    const lookup = await post('/v1/blind-lookups', { phoneNumber });
    const told = desk.codeOfLookup(lookup.id);
    await post(`/v1/blind-lookups/${lookup.id}/answer`, { code: index % 2 === 0 ? told : '000000' });
    await post(`/v1/users/${user.userId}/phone-match`, { phoneNumber: numbers[index] });
    await post('/v1/phone-lookups', { phoneNumber: numbers[index + ENROLLED] });
    numbers.push(phoneNumber);
    seeds.push(user.secret);
    secrets.push(assertion);
    for (const each of [code, typed, told]) codes.add(each);
  }

  async function proven(user: EnrolledUser): Promise<Known> {
    const body = { code: totpAt(user.secret, stage.nowMs), action: 'factors.add' };
    return post(`/v1/users/${user.userId}/verify`, body);
  }

  /** Recovery codes, client secrets, tokens, and the secrets of transports and webhooks. */
  async function others(): Promise<void> {
    for (const userId of ['ada', 'eve', 'joe'])
      for (const code of (await codesOf(stage, await stage.user(userId))).codes)
        secrets.push(code, code.replaceAll('-', ''));
    const pending = await stage.open('pending');
    seeds.push(pending.secret);
    for (let made = 0; made < 5; made += 1)
      secrets.push((await stage.service.client(stage.client.tenantId, 'verify')).clientSecret);
    const file = join(stage.service.dataDir, 'token');
    const token = randomBytes(16).toString('hex');
    writeFileSync(file, token);
    const account = [
      '--twilio-account',
      `AC${'0'.repeat(32)}`,
      '--twilio-from',
      '+12015559999',
      '--twilio-token-file',
      file,
    ];
    const urls = ['--url', 'https://hooks.example.org/codes', '--risk-url', 'https://risk.example.org/numbers'];
    const said = await stage.service.operate<Record<string, string>>(
      'phones',
      'set',
      '--tenant',
      stage.client.tenantId,
      ...urls,
      ...account,
    );
    for (const name of ['webhookSecret', 'riskSecret']) {
      expect(said[name]).toMatch(/^whsec_/);
      secrets.push(said[name] ?? '', (said[name] ?? '').slice(6));
    }
    secrets.push(token, stage.token, stage.client.clientSecret);
  }

  /** The output of `pg_dump`. If it is missing or older than the server, the content of the tables. */
  async function dumped(): Promise<string> {
    const { databaseUrl } = stage.service;
    try {
      return (await execute('pg_dump', ['--dbname', databaseUrl], { maxBuffer: 2 ** 29 })).stdout;
    } catch (error) {
      const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
      if (code !== 'ENOENT' && !stderr.includes('server version mismatch')) throw error;
      return (await allRows()).join('\n');
    }
  }

  async function allRows(): Promise<string[]> {
    const tables = await stage.service.sql<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    const rows: string[] = [];
    // One after the other: each takes a connection of the server that all specs share.
    for (const { name } of tables) {
      const text = `SELECT row_to_json(t)::text AS row FROM "${name}" AS t`;
      rows.push(...(await stage.service.sql<{ row: string }>(text)).map(({ row }) => row));
    }
    return rows;
  }

  /** Isolated six-digit numbers, without numbers of transactions and hours. */
  const codesIn = (lists: readonly string[]) =>
    lists.flatMap((row) =>
      (row.replaceAll(/"(?:tx|slot)":\d+/g, '').match(/(?<![0-9A-Za-z])\d{6}(?![0-9A-Za-z])/g) ?? []).filter((each) =>
        codes.has(each),
      ),
    );

  it('holds everything that was done, up to the last phone', () => {
    const indexes = numbers.map((each) => desk.numbers.indexOf(desk.tenantId, each).toString('hex'));
    expect([numbers.length, new Set(numbers).size, seeds.length]).toEqual([
      PLANTED + ENROLLED,
      PLANTED + ENROLLED,
      ENROLLED + 1,
    ]);
    expect(foundIn(dump, indexes)).toHaveLength(indexes.length);
    expect(codes.size).toBeGreaterThan(2 * ENROLLED);
    // If a phone is confirmed before its code is sent, that code is not sent.
    expect(desk.sent().length).toBeGreaterThan(ENROLLED / 4);
  });

  it('holds no phone number in any encoding', () => {
    expect(found(dump, numbers.flatMap(numberForms))).toEqual([]);
  });

  it('holds no seed of an authenticator in any encoding', () => {
    expect(found(dump, seeds.flatMap(seedForms))).toEqual([]);
  });

  it('holds no recovery code, client secret, transport secret, token or assertion in any encoding', () => {
    expect(secrets.length).toBeGreaterThan(ENROLLED + 60);
    expect(found(dump, secrets.flatMap(writings))).toEqual([]);
  });

  it('holds no sent code in any encoding', () => {
    expect(codesIn(rows)).toEqual([]);
    const written = [...codes].flatMap(writings).filter((each) => each.length >= HEAD);
    expect(found(dump, written)).toEqual([]);
  });

  it('would fail this spec if it held one of them', async () => {
    const [number = '', seed = '', secret = ''] = [numbers[randomInt(PLANTED)], seeds[0], secrets[0]];
    const [code = ''] = codes;
    const wanted = [...numberForms(number), ...seedForms(seed), ...writings(secret), ...writings(code)];
    const text = wanted.map((each) => `{"a":"${each}"}`);
    await stage.service.sql('INSERT INTO canaries (said) SELECT unnest($1::text[])', [text]);
    await stage.service.sql('INSERT INTO canaries (bytes) VALUES ($1)', [Buffer.from(`x${number}x`)]);
    const long = wanted.filter((each) => each.length >= HEAD);
    const again = await dumped();
    expect(found(again, long).sort()).toEqual([...new Set(long)].sort());
    expect(again).toContain(Buffer.from(`x${number}x`).toString('hex'));
    expect(new Set(codesIn(await allRows()))).toEqual(new Set([code]));
  });
});
