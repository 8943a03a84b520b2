// Serves the metrics on a port of their own, if METRICS_PORT names one. Without a credential, as Prometheus expects:
// never publish this port.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../platform/config/settings.js';
import { OperatorError } from '../../platform/errors/operator-error.js';
import { Log } from '../../platform/logging/log.js';
import { Metrics } from './metrics.js';

const PATH = '/metrics';
const HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const;

@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: Server | undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  /** @throws OperatorError if the port is in use. */
  async onApplicationBootstrap(): Promise<void> {
    const { METRICS_PORT, HOST } = this.settings;
    if (METRICS_PORT === undefined) return;
    const server = createServer((request, response) => void this.answer(request, response));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) =>
        reject(
          new OperatorError(
            `METRICS_PORT: the service cannot listen on ${HOST}:${METRICS_PORT} (${error.code ?? error.message}).`,
          ),
        );
      server.once('error', failed);
      server.listen(METRICS_PORT, HOST, resolve);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }

  private async answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    const isAsked = url === PATH;
    if (!isAsked || (method !== 'GET' && method !== 'HEAD')) {
      response.writeHead(isAsked ? 405 : 404, isAsked ? { ...HEADERS, Allow: 'GET, HEAD' } : HEADERS).end();
      return;
    }
    try {
      const text = await this.metrics.text();
      response.writeHead(200, { ...HEADERS, 'Content-Type': this.metrics.contentType }).end(text);
    } catch (error) {
      this.log.warn('metrics could not be read', { error });
      response.writeHead(503, HEADERS).end();
    }
  }
}
