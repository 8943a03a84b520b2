// Runs the embedded PostgreSQL in a temporary folder for as long as the parent lives. When the channel to the parent
// closes, for any reason, the server stops and the folder is deleted. With `--throw-away` commits do not wait for the
// disk. Needs a built dist/.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const built = new URL('../dist/platform/database/embedded/embedded-postgres.js', import.meta.url);
const { startEmbeddedPostgres } = await import(built.href);

// Ctrl-C reaches the whole process group. Only the end of the parent counts.
process.on('SIGINT', () => undefined);

const folder = mkdtempSync(join(tmpdir(), 'countersign-scratch-'));
// If root starts it, the server runs as another user, who must be able to pass through.
chmodSync(folder, 0o711);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const isDurable = !process.argv.includes('--throw-away');
const server = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), log: () => undefined, isDurable });

process.on('disconnect', () => {
  void server.stop().then(() => process.exit(0));
});
process.send?.({ ownerUrl: server.ownerUrl });
