// The service as the product runs it, but for its clock, which its parent sets over the channel (R-12: such a clock
// exists in test and lab entry points only). Message: { offsetMs } or { frozenAtMs }; or { admin: words }.
import { fileURLToPath } from 'node:url';
import { readArguments } from '../../dist/admin/arguments.js';
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
  if ('admin' in message) return void administer(message.admin);
  clock.setting = message;
  process.send?.({ moved: true });
});
process.on('disconnect', () => process.exit(0));

/** @type {import('../../dist/bootstrap.js').Service} */
let service;
const settings = readSettings(process.env);
const root = fileURLToPath(new URL('../..', import.meta.url));
const log = new Log(settings.LOG_LEVEL);
try {
  service = await startService({ settings, clock, log, root, say: () => undefined });
  process.send?.({ url: service.url });
} catch (error) {
  process.send?.({ failed: sentenceFor(error) });
}

/** @param {string[]} words an operator's command, run here instead of in a process that has to start first */
async function administer(words) {
  try {
    const { command, options } = readArguments(words);
    process.send?.({ outcome: await command.apply(service.app, options) });
  } catch (error) {
    process.send?.({ failed: sentenceFor(error) });
  }
}
