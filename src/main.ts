// Entry point of the service.
import { fileURLToPath } from 'node:url';
import { startService, type Service } from './bootstrap.js';
import { SystemClock } from './platform/clock/clock.js';
import { settingsOfProcess } from './platform/config/environment.js';
import { sentenceFor } from './platform/errors/sentence.js';
import { Log } from './platform/logging/log.js';
import { banner } from './welcome.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (line: string) => console.error(line);

async function main(): Promise<void> {
  const settings = settingsOfProcess('serve');
  const log = new Log(settings.LOG_LEVEL);
  const service = await startService({ settings, clock: new SystemClock(), log, root, say });
  say(banner(service));
  stopOnSignal(service, log);
  // a service without its database refuses everything. It exits, so that the supervisor restarts it.
  void service.platform.embedded?.lost.then(endWith);
}

function stopOnSignal(service: Service, log: Log): void {
  const stop = (signal: NodeJS.Signals) => {
    log.info('stopping', { signal });
    service.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

function endWith(error: unknown): void {
  say(sentenceFor(error));
  process.exit(1);
}

main().catch(endWith);
