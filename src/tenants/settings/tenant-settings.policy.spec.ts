import { readTenantChange } from './tenant-settings.policy.js';

describe('tenant settings', () => {
  it('are read from the options of a command', () => {
    expect(readTenantChange({ 'recovery-delay-hours': '0', 'bound-tokens': 'on' })).toEqual({
      recoveryDelayHours: 0,
      boundTokensOnly: true,
    });
    const origins = 'https://example.com https://app.example.com:8443 https://example.com';
    expect(readTenantChange({ 'rp-id': 'example.com', origins })).toEqual({
      webauthnRpId: 'example.com',
      webauthnOrigins: ['https://example.com', 'https://app.example.com:8443'],
    });
  });

  it('accept http for localhost', () => {
    const change = readTenantChange({ 'rp-id': 'localhost', origins: 'http://localhost:3000' });
    expect(change.webauthnOrigins).toEqual(['http://localhost:3000']);
  });

  it.each(['-1', '73', '1.5', '', '١', '1e1', '0x1'])('refuse a delay of %s hours', (hours) => {
    expect(() => readTenantChange({ 'recovery-delay-hours': hours })).toThrow('0 to 72');
  });

  it.each(['-1', '73', '1.5', ''])('refuse a cool-off of %s hours', (hours) => {
    expect(() => readTenantChange({ 'device-cool-off-hours': hours })).toThrow('--device-cool-off-hours takes');
  });

  it('accept a URL for push messages, over TLS or on this machine, and none', () => {
    const read = (word: string) => readTenantChange({ 'push-url': word });
    expect(read('https://app.example.com/hook?a=1')).toEqual({ pushUrl: 'https://app.example.com/hook?a=1' });
    expect(read('http://127.0.0.1:8080/hook')).toEqual({ pushUrl: 'http://127.0.0.1:8080/hook' });
    expect(read('none')).toEqual({ pushUrl: null });
  });

  it.each([
    'http://app.example.com/hook',
    'https://user:word@app.example.com/',
    'https://app.example.com/#x',
    'ftp://127.0.0.1/',
    'app.example.com',
    `https://app.example.com/${'x'.repeat(2_000)}`,
    '',
  ])('refuse the push URL %s', (word) => {
    expect(() => readTenantChange({ 'push-url': word })).toThrow('--push-url takes');
  });

  // T-27.
  it.each([
    'http://example.com',
    'https://evil.com',
    'https://notexample.com',
    'https://example.com/path',
    'https://example.com@evil.com',
    'https://EXAMPLE.com',
    'https://example.com.',
    'example.com',
    'https://com',
    '',
  ])('refuse the origin %s for example.com', (origins) => {
    expect(() => readTenantChange({ 'rp-id': 'example.com', origins })).toThrow('--origins takes');
  });

  it.each(['https://example.com', 'Example.com', 'example.com:443', '-a.com', 'a..b', ''])(
    'refuse the RP ID %s',
    (rpId) => {
      expect(() => readTenantChange({ 'rp-id': rpId, origins: 'https://example.com' })).toThrow('--rp-id takes');
    },
  );

  it('refuse half a relying party, an empty command, and an unknown switch', () => {
    expect(() => readTenantChange({ 'rp-id': 'example.com' })).toThrow('belong together');
    expect(() => readTenantChange({})).toThrow('at least one');
    expect(() => readTenantChange({ 'bound-tokens': 'yes' })).toThrow('on or off');
  });
});
