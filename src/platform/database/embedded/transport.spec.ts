import { fitsSocketPath, listenSettings, ownerUrl } from './transport.js';

describe('a socket transport', () => {
  const folder = `/srv/a, "b" & c?/ü%20/run`;
  const transport = { kind: 'socket', folder, port: 5432 } as const;

  it('puts any folder into a URL that gives it back', () => {
    const url = new URL(ownerUrl(transport));
    expect(url.searchParams.get('host')).toBe(folder);
    expect(url.searchParams.get('sslmode')).toBe('disable');
    expect([url.username, url.port, url.pathname]).toEqual(['countersign_owner', '5432', '/countersign']);
  });

  it('listens on no port, and quotes the folder, so that it is not read as a list', () => {
    expect(listenSettings(transport)).toMatchObject({
      listen_addresses: '',
      unix_socket_directories: `"/srv/a, ""b"" & c?/ü%20/run"`,
      unix_socket_permissions: '0700',
    });
  });

  it('counts bytes, not characters, against the longest path of a socket', () => {
    const room = process.platform === 'linux' ? 107 : 103;
    const longest = `/${'x'.repeat(room - '//.s.PGSQL.5432'.length)}`;
    expect(fitsSocketPath(longest)).toBe(true);
    expect(fitsSocketPath(`${longest}x`)).toBe(false);
    expect(fitsSocketPath(longest.replace('x', 'ü'))).toBe(false);
  });
});

describe('a loopback transport', () => {
  it('listens on 127.0.0.1 only, and makes no socket', () => {
    const settings = listenSettings({ kind: 'loopback', port: 40000, password: 'pg_secret' });
    expect(settings).toEqual({ listen_addresses: '127.0.0.1', port: '40000', unix_socket_directories: '' });
  });
});
