// A proxy between a client and the service: it records the exchange, and may change an answer as a faulty service
// would.
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Passed {
  readonly method: string;
  readonly path: string;
  readonly sent: string;
  readonly authorization: string;
  readonly status: number;
  readonly received: string;
}

/** The answer that the client gets instead. */
export type Meddling = (passed: Passed, before: readonly Passed[]) => Passed;

export interface GoBetween {
  readonly url: string;
  readonly passed: readonly Passed[];
  close(): Promise<void>;
}

/** Replaces the service's address in every answer, so that the client keeps using this proxy. */
export async function standBetween(target: string, meddle: Meddling = (passed) => passed): Promise<GoBetween> {
  const passed: Passed[] = [];
  let url = '';
  const server = createServer((request, response) => {
    forwarded(target, request)
      .then(({ headers, ...answer }) => {
        const shown = meddle(answer, passed);
        passed.push(answer);
        delete headers['content-length'];
        response.writeHead(shown.status, headers).end(shown.received.replaceAll(target, url));
      })
      .catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { url, passed, close };
}

async function forwarded(target: string, request: IncomingMessage) {
  const { method = '', url: path = '', headers } = request;
  const sent = await textOf(request);
  const answer = await new Promise<IncomingMessage>((done, failed) => {
    const { hostname, port } = new URL(target);
    const options = { hostname, port, path, method, headers, agent: false };
    httpRequest(options, done).on('error', failed).end(sent);
  });
  const received = await textOf(answer);
  const authorization = headers.authorization ?? '';
  return { method, path, sent, authorization, status: answer.statusCode ?? 0, received, headers: answer.headers };
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
