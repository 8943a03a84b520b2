import { isLoopback, readSettings, SettingsError, type Purpose } from './settings.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://service@db.example/countersign',
  KEY_RING: '{}',
  ISSUER: 'https://countersign.example',
};

const OWNER = 'postgresql://owner@db.example/countersign';

const refusalOf = (environment: Record<string, string>, purpose?: Purpose): string => {
  try {
    readSettings(environment, purpose);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return 'accepted';
};

// T-17. An operator in a hurry starts production with settings that were made for a trial.
describe('T-17: production', () => {
  it('starts on settings of its own', () => {
    expect(readSettings(PRODUCTION)).toMatchObject({ NODE_ENV: 'production', HOST: '127.0.0.1' });
  });

  it.each([
    ['without a database', { DATABASE_URL: '' }, 'DATABASE_URL'],
    ["with the owner's login in its environment", { MIGRATION_DATABASE_URL: OWNER }, 'MIGRATION_DATABASE_URL'],
    [
      'with its own login for migrations',
      { MIGRATION_DATABASE_URL: PRODUCTION.DATABASE_URL },
      'MIGRATION_DATABASE_URL',
    ],
    ['without a key ring', { KEY_RING: '' }, 'KEY_RING'],
    ['without an issuer', { ISSUER: '' }, 'ISSUER'],
    ['with an issuer without TLS', { ISSUER: 'http://countersign.example' }, 'ISSUER'],
    ['with a slash behind the issuer', { ISSUER: 'https://countersign.example/' }, 'ISSUER'],
    ['with an issuer that has a query', { ISSUER: 'https://countersign.example?x' }, 'ISSUER'],
  ])('refuses to start %s, and names the setting', (_how, change, name) => {
    expect(refusalOf({ ...PRODUCTION, ...change })).toMatch(new RegExp(`^${name} [^\\n]+\\.$`));
  });

  it('names all missing settings together', () => {
    const missing = refusalOf({ NODE_ENV: 'production' }).split('\n');
    expect(missing.map((line) => line.split(' ')[0])).toEqual(['DATABASE_URL', 'KEY_RING', 'ISSUER']);
  });

  it("gives `migrate` the owner's login and nothing else, and demands it", () => {
    expect(refusalOf({ NODE_ENV: 'production', MIGRATION_DATABASE_URL: OWNER }, 'migrate')).toBe('accepted');
    expect(refusalOf(PRODUCTION, 'migrate')).toMatch(/^MIGRATION_DATABASE_URL [^\n]+\.$/);
  });

  it("allows a command of the operator when the owner's login is set", () => {
    expect(refusalOf({ ...PRODUCTION, MIGRATION_DATABASE_URL: OWNER }, 'operate')).toBe('accepted');
  });
});

describe('readSettings', () => {
  it('starts without any setting outside production: loopback, no proxy, no origin', () => {
    const settings = readSettings({});
    expect(isLoopback(settings.HOST)).toBe(true);
    expect(settings).toMatchObject({ NODE_ENV: 'development', TRUSTED_PROXIES: [], CORS_ORIGINS: [] });
    expect(settings.OUTBOUND_ALLOWED_RANGES).toEqual([]);
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '3000x'],
    ['NODE_ENV', 'prod'],
    ['THROTTLE_CLIENT', '0'],
    ['DATABASE_URL', 'mysql://db.example/x'],
    ['REDIS_URL', 'valkey.example:6379'],
    ['REDIS_URL', 'http://valkey.example'],
    ['REDIS_URL', 'redis://'],
    ['REDIS_URL', 'redis://valkey.example/countersign'],
    ['REDIS_URL', 'redis://valkey.example?enableOfflineQueue=true'],
    ['REDIS_URL', 'redis://:100%@valkey.example'],
    ['REDIS_URL', 'redis://valkey.example:65536'],
    ['SECURITY_CONTACT', 'someone'],
    ['DOCS', 'yes'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(refusalOf({ [name]: value })).toMatch(new RegExp(`^${name} `));
  });

  it.each(['redis://valkey', 'redis://:s%40cret@[::1]:6379/2', 'rediss://service:secret@valkey.example:6380'])(
    'takes %s for a store of throttles',
    (url) => {
      expect(readSettings({ REDIS_URL: url })).toMatchObject({ REDIS_URL: url });
    },
  );

  it('quotes no password of a store that it refuses', () => {
    expect(refusalOf({ REDIS_URL: 'redis://:s3cret@valkey.example/x' })).not.toContain('s3cret');
  });

  it.each(['localhost', '10.0.0.0/33', '10.0.0.0/', '::1,x'])('refuses to allow calls to %s', (ranges) => {
    expect(refusalOf({ OUTBOUND_ALLOWED_RANGES: ranges })).toMatch(/^OUTBOUND_ALLOWED_RANGES\.\d must be addresses/);
  });

  it('does not repeat a value, which may hold a password', () => {
    expect(refusalOf({ DATABASE_URL: 'mysql://root:hunter2@db.example/x' })).not.toContain('hunter2');
  });

  it('counts an empty variable as unset and reads lists by commas', () => {
    const settings = readSettings({ PORT: '', TRUSTED_PROXIES: ' 10.0.0.0/8, 192.0.2.1 ,' });
    expect(settings).toMatchObject({ PORT: 3000, TRUSTED_PROXIES: ['10.0.0.0/8', '192.0.2.1'] });
  });
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('holds for %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', 'localhost.example', '127.0.0.1.example', ''])('does not for %s', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
