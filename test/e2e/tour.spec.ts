// The first five minutes of a newcomer: `npm start`, `npm run tour`, and common mistakes.
// Always on the embedded database.
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, type Ended } from '../support/command.js';
import { isRunning, postmasterOf, temporaryFolder } from '../support/embedded-child.js';
import { standBetween, type GoBetween, type Meddling, type Passed } from '../support/go-between.js';

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
const ESCAPE = '\u001b';
let service: Command;
let url: string;

beforeAll(async () => {
  service = start({ DATA_DIR: dataDir, PORT: '0' });
  url = await service.ready();
});

afterAll(async () => {
  if (service.child.exitCode === null) service.child.kill('SIGTERM');
  await service.end();
  folder.remove();
});

describe('npm start', () => {
  it('refuses a second start on the same folder, in one sentence', async () => {
    const { code, stdout, stderr } = await start({ DATA_DIR: dataDir, PORT: '0' }).end();
    expect(stderr).toMatch(/^Another process \(\d+\) already runs the embedded database in \S+: [^\n]+\.\n$/);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('refuses a port that is in use, in one sentence', async () => {
    const { port } = new URL(url);
    const other = join(folder.path, 'other');
    const { code, stdout, stderr } = await start({ DATA_DIR: other, PORT: port }).end();
    const sentences = stderr
      .split('\n')
      .filter((line) => !/^(Making a database|Applying migration|The database lies)/.test(line));
    expect(sentences).toEqual([
      `127.0.0.1:${port} is in use: stop the program that uses it, or set PORT to another port.`,
      '',
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('updates the credentials file when the port changes', async () => {
    const moved = join(folder.path, 'moved');
    const first = start({ DATA_DIR: moved, PORT: '0' });
    await first.ready();
    await stop(first);
    const { clientId } = credentialsIn(moved);
    const file = join(moved, 'demo-client.json');
    writeFileSync(file, JSON.stringify({ ...credentialsIn(moved), issuer: 'http://127.0.0.1:1' }));
    const second = start({ DATA_DIR: moved, PORT: '0' });
    const secondUrl = await second.ready();
    await stop(second);
    expect(credentialsIn(moved)).toMatchObject({ issuer: secondUrl, clientId });
  });
});

describe('npm run tour', () => {
  it('completes all steps, and prints no secret, no colours in a pipe, and no line over 80 columns', async () => {
    const { ended, passed } = await tour();
    expect(ended.stderr).toBe('');
    expect(ended.stdout).toContain('All 22 steps went as described.');
    expect(ended.code).toBe(0);
    expect(ended.stdout).not.toContain(ESCAPE);
    expect(ended.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const secrets = secretsIn(passed);
    expect(secrets.length).toBeGreaterThan(12);
    expect(secrets.filter((secret) => new RegExp(`(?<![\\w-])${secret}(?![\\w-])`).test(ended.stdout))).toEqual([]);
  });

  it('fails if the service accepts a code twice', async () => {
    const acceptTwice: Meddling = (answer, before) => {
      const accepted = before.find(({ path, status }) => path.endsWith('/verify') && status === 200);
      return accepted && answer.path === accepted.path ? accepted : answer;
    };
    const { code, stdout } = (await tour(acceptTwice)).ended;
    expect(stdout).toMatch(/✗ This is not what the step says\. [^✗]*expected: 422\n +came: +200\n$/);
    expect(code).toBe(1);
  });

  it('fails if the answer for an unknown user differs by one byte', async () => {
    const tell: Meddling = (answer) =>
      answer.path.includes('/unknown-') ? { ...answer, received: answer.received.replace('proof', 'Proof') } : answer;
    const { code, stdout } = (await tour(tell)).ended;
    expect(stdout).toContain('Compared: the answer for an unknown user.');
    expect(code).toBe(1);
  });

  it.each([
    [
      'when the credentials file is missing',
      {},
      /^There is no \S+demo-client\.json: start the service with `npm start`/,
    ],
    [
      'when no service runs',
      { issuer: 'http://127.0.0.1:1' },
      /^The service does not answer at http:\/\/127\.0\.0\.1:1 /,
    ],
    [
      'when the credentials belong to another database',
      { clientSecret: `csk_${'a'.repeat(36)}` },
      /^The service does not accept/,
    ],
  ])('explains in one sentence what to do %s', async (_where, change, sentence) => {
    const dir = mkdtempSync(join(folder.path, 'tour-'));
    if (Object.keys(change).length > 0) {
      writeFileSync(join(dir, 'demo-client.json'), JSON.stringify({ ...credentialsIn(dataDir), ...change }));
    }
    const { code, stderr } = await Command.run('tour/main.ts', { DATA_DIR: dir }).end();
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(code).toBe(1);
  });
});

describe('SIGTERM', () => {
  it('stops the service with status 0 and leaves no PostgreSQL process', async () => {
    const { place } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')) as { place: string };
    const postmaster = postmasterOf(place);
    expect(isRunning(postmaster)).toBe(true);
    expect(await stop(service)).toBe(0);
    expect(isRunning(postmaster)).toBe(false);
  });
});

function start(settings: Readonly<Record<string, string>>): Command {
  return Command.run('dist/main.js', settings);
}

async function stop(command: Command): Promise<number | null> {
  command.child.kill('SIGTERM');
  return (await command.end()).code;
}

interface Credentials {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

function credentialsIn(dir: string): Credentials {
  return JSON.parse(readFileSync(join(dir, 'demo-client.json'), 'utf8')) as Credentials;
}

/** Runs the tour against the go-between instead of the service. */
async function tour(meddle?: Meddling): Promise<{ ended: Ended; passed: readonly Passed[] }> {
  const between: GoBetween = await standBetween(url, meddle);
  const dir = join(folder.path, `between-${new URL(between.url).port}`);
  mkdirSync(dir);
  writeFileSync(join(dir, 'demo-client.json'), JSON.stringify({ ...credentialsIn(dataDir), issuer: between.url }));
  symlinkSync(join(dataDir, 'outbox.jsonl'), join(dir, 'outbox.jsonl'));
  const ended = await Command.run('tour/main.ts', { DATA_DIR: dir }).end();
  await between.close();
  return { ended, passed: between.passed };
}

/** Every secret that went over the wire: of the client, the token and the factor, and each code. */
function secretsIn(passed: readonly Passed[]): string[] {
  const fields = passed.flatMap(({ sent, received }) => {
    const { code } = sent.startsWith('{') ? (JSON.parse(sent) as { code?: string }) : {};
    const answer = received.startsWith('{') ? (JSON.parse(received) as Record<string, unknown>) : {};
    return [code, answer['access_token'], answer['secret'], answer['qrCode']];
  });
  const sentAlong = passed.map(({ authorization }) => authorization.split(' ')[1]);
  const texts = [credentialsIn(dataDir).clientSecret, ...fields, ...sentAlong].filter(
    (text) => typeof text === 'string',
  );
  return [...new Set(texts)].map((text) => text.replace(/[^\w-]/g, '\\$&'));
}
