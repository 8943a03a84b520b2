// The other clients, in a process of their own, so that they take no time from the measuring process. It starts with a
// message and sends until its parent ends it.
import { Connection } from '../../bench/connection.js';

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly requests: readonly string[];
}

const ANSWERS = new Set([200, 422]);

function run({ port, connections, requests }: Load): void {
  let next = 0;
  const drive = async () => {
    const connection = new Connection(port);
    for (;;) {
      const status = await connection.send(requests[next++ % requests.length] ?? '');
      if (!ANSWERS.has(status)) throw new Error(`the load was answered with ${status}`);
    }
  };
  for (let started = 0; started < connections; started += 1) drive().catch(giveUp);
}

function giveUp(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
}

process.on('message', run);
process.on('disconnect', () => process.exit(0));
