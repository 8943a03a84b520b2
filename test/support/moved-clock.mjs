// The service as the product runs it, but for its clock, which its parent sets over the channel (R-12: such a clock
// exists in test and lab entry points only). Message: { offsetMs } or { frozenAtMs }; or { admin: words }; or what `more` knows.
import { fileURLToPath } from 'node:url';
import { readArguments } from '../../dist/admin/arguments.js';
import { startService } from '../../dist/bootstrap.js';
import { Clock } from '../../dist/platform/clock/clock.js';
import { readSettings } from '../../dist/platform/config/settings.js';
import { sentenceFor } from '../../dist/platform/errors/sentence.js';
import { Log } from '../../dist/platform/logging/log.js';

/** @typedef {import('../../dist/bootstrap.js').Service} Service */
/** @typedef {(service: Service, message: any) => Promise<unknown>} Work */

class MovedClock extends Clock {
  /** @type {{ offsetMs: number } | { frozenAtMs: number }} */
  setting = { offsetMs: 0 };

  nowMs() {
    return 'frozenAtMs' in this.setting ? this.setting.frozenAtMs : Date.now() + this.setting.offsetMs;
  }
}

/**
 * Starts it, tells the parent its address or why not, and answers messages: `{ outcome }` or `{ failed }`.
 * @param {Readonly<Record<string, Work>>} more by the message's one key
 */
export async function serve(more = {}) {
  const clock = new MovedClock();
  /** @type {Service} */
  let service;
  /** @type {Readonly<Record<string, Work>>} */
  const works = { admin, ...more };
  process.on('message', (/** @type {any} */ message) => {
    const [key = ''] = Object.keys(message);
    const work = works[key];
    if (work !== undefined) return void answered(() => work(service, message[key]));
    clock.setting = message;
    process.send?.({ moved: true });
  });
  process.on('disconnect', () => process.exit(0));
  const settings = readSettings(process.env);
  const root = fileURLToPath(new URL('../..', import.meta.url));
  try {
    service = await startService({
      ...{ settings, clock, log: new Log(settings.LOG_LEVEL), root, say: () => undefined },
      // A commit need not be on the disk before it is answered: no database of specs outlives its server, and disks are slow.
      synchronousCommit: 'off',
    });
    process.send?.({ url: service.url });
  } catch (error) {
    process.send?.({ failed: sentenceFor(error) });
  }
}

/** @param {() => Promise<unknown>} work */
async function answered(work) {
  try {
    process.send?.({ outcome: (await work()) ?? true });
  } catch (error) {
    process.send?.({ failed: sentenceFor(error) });
  }
}

/**
 * An operator's command, run here instead of in a process that has to start first.
 * @type {Work}
 */
async function admin(service, words) {
  const { command, options } = readArguments(words);
  if ('applyAsOwner' in command) throw new Error('run it as a process: `service.admin`');
  return command.apply(service.app, options);
}
