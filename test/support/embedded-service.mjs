// A service in a process of its own, for specs that kill it: starts the embedded PostgreSQL as told on the command line,
// reports over the channel, and ends as told.
const options = JSON.parse(process.argv[2] ?? '{}');
const { startEmbeddedPostgres } = await import('../../dist/platform/database/embedded/embedded-postgres.js');

/** @type {Record<string, () => void>} */
const endings = {
  stay: () => setInterval(() => undefined, 60_000),
  'run out of work': () => process.disconnect(),
  'call exit': () => process.exit(3),
  throw: () => {
    throw new Error('a mistake somewhere in the service');
  },
};

// Root keeps its rights until everything is loaded, so that the project may lie where no one else gets to.
if (options.user !== undefined) process.setgid?.(options.user);
if (options.user !== undefined) process.setuid?.(options.user);

try {
  const { ownerUrl, place } = await startEmbeddedPostgres({ ...options, log: () => undefined });
  await report({ ownerUrl, place });
  setTimeout(endings[options.ending ?? 'stay'] ?? endings['stay']);
} catch (error) {
  await report({ name: error.name, fault: error.fault, message: error.message });
  process.disconnect();
}

/** @param {object} message */
function report(message) {
  return new Promise((done) => process.send?.(message, done));
}
