// Raw bytes to a server and back, for requests that no HTTP library would send.
import { connect } from 'node:net';

export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Sends the bytes on a connection of their own and reads until its end, at most `patienceMs`. The last answer counts. */
export function exchange(url: string, bytes: string | Buffer, patienceMs = 5_000): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((done) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes));
    const finish = () => {
      socket.destroy();
      done(parsed(Buffer.concat(chunks).toString('utf8')));
    };
    socket.setTimeout(patienceMs, finish);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('error', finish).once('close', finish);
  });
}

/** The text of a request that closes its connection; `lines` are further header lines. */
export function requestText(first: string, lines: readonly string[] = [], body = ''): string {
  return [first, 'Host: countersign.test', 'Connection: close', ...lines, '', body].join('\r\n');
}

function parsed(text: string): RawAnswer {
  const final = text.replace(/^(HTTP\/1\.1 100 [^\r]*\r\n\r\n)+/, '');
  const end = final.indexOf('\r\n\r\n');
  const [first = '', ...lines] = final.slice(0, Math.max(0, end)).split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0),
    headers: Object.fromEntries(headers),
    text: final.slice(end + 4),
  };
}
