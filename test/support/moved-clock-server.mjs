// The service as the product runs it, but for its clock, which its parent sets over the channel (R-12: such a clock
// exists in test and lab entry points only). Message: { offsetMs } or { frozenAtMs }.
import { fileURLToPath } from 'node:url';
import { startService } from '../../dist/bootstrap.js';
import { Clock } from '../../dist/platform/clock/clock.js';
import { readSettings } from '../../dist/platform/config/settings.js';
import { sentenceFor } from '../../dist/platform/errors/sentence.js';
import { Log } from '../../dist/platform/logging/log.js';

class MovedClock extends Clock {
  /** @type {{ offsetMs: number } | { frozenAtMs: number }} */
  setting = { offsetMs: 0 };

  nowMs() {
    return 'frozenAtMs' in this.setting ? this.setting.frozenAtMs : Date.now() + this.setting.offsetMs;
  }
}

const clock = new MovedClock();
process.on('message', (message) => {
  clock.setting = message;
  process.send?.({ moved: true });
});
process.on('disconnect', () => process.exit(0));

const settings = readSettings(process.env);
const root = fileURLToPath(new URL('../..', import.meta.url));
const log = new Log(settings.LOG_LEVEL);
try {
  const { url } = await startService({ settings, clock, log, root, say: () => undefined });
  process.send?.({ url });
} catch (error) {
  process.send?.({ failed: sentenceFor(error) });
}
