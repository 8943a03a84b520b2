// A PostgreSQL server for tests and checks: that of DATABASE_URL, or an embedded one in a temporary folder. The
// embedded one has a process of its own, which stops it even if this process is killed. Build dist/ first.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const holderScript = join(dirname(fileURLToPath(import.meta.url)), 'postgres-holder.mjs');

/**
 * @typedef {object} ScratchServer
 * @property {string} ownerUrl
 * @property {() => Promise<void>} stop
 */

/**
 * @param {{ isDurable: boolean }} [options] false: an embedded server does not wait for the disk at a commit
 * @returns {Promise<ScratchServer>}
 */
export async function scratchServer({ isDurable } = { isDurable: true }) {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined && given !== '') return { ownerUrl: given, stop: () => Promise.resolve() };
  return startHolder(isDurable ? [] : ['--throw-away']);
}

/**
 * @param {string[]} words
 * @returns {Promise<ScratchServer>}
 */
async function startHolder(words) {
  const holder = fork(holderScript, words, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const gone = once(holder, 'exit');
  const early = gone.then(([code]) => {
    throw new Error(`The embedded PostgreSQL did not start (exit code ${code}).`);
  });
  const [answer] = await Promise.race([once(holder, 'message'), early]);
  early.catch(() => undefined);
  const stop = async () => {
    if (holder.connected) holder.disconnect();
    await gone;
  };
  return { ownerUrl: answer.ownerUrl, stop };
}
