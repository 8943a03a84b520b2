// Runs the embedded PostgreSQL in a temporary folder and keeps it as long as its parent lives: when the channel to
// the parent closes, however that came, the server stops and the folder is deleted. With
// `--throw-away` it writes nothing to disk at a commit. Needs a built dist/.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const built = new URL('../dist/platform/database/embedded/embedded-postgres.js', import.meta.url);
const { startEmbeddedPostgres } = await import(built.href);

// Ctrl-C reaches the whole process group; the parent's end is what counts.
process.on('SIGINT', () => undefined);

const folder = mkdtempSync(join(tmpdir(), 'countersign-scratch-'));
// Started by root, the server runs as another user, who must be able to pass through.
chmodSync(folder, 0o711);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const isDurable = !process.argv.includes('--throw-away');
const server = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), log: () => undefined, isDurable });

process.on('disconnect', () => {
  void server.stop().then(() => process.exit(0));
});
process.send?.({ ownerUrl: server.ownerUrl });
