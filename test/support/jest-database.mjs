// Gives the system specs a fresh build, bundled, and a PostgreSQL server, whose owner's URL is in TEST_SERVER_URL; specs create
// databases of their own there, most as a copy of the one in TEST_BORN_DATABASE. With DATABASE_URL set it is that server, else an embedded
// one.
import { ensureBuilt } from '../../scripts/build.mjs';
import { scratchServer } from '../../scripts/scratch-postgres.mjs';
import { bornDatabase } from './born-database.mjs';
import { bundle } from './bundle.mjs';

export default async function provideDatabase() {
  await ensureBuilt();
  const project = await bundle();
  const server = await scratchServer({ isDurable: false });
  globalThis.countersignScratchServer = server;
  const { drop, ...born } = await bornDatabase(server.ownerUrl, project).catch(async (error) => {
    await server.stop();
    throw error;
  });
  globalThis.countersignBornDatabase = { drop };
  process.env['TEST_BUNDLE'] = project;
  process.env['TEST_SERVER_URL'] = server.ownerUrl;
  process.env['TEST_BORN_DATABASE'] = JSON.stringify(born);
  // A server process under test must find its database by what the spec says, never by what is set here.
  delete process.env['DATABASE_URL'];
  delete process.env['MIGRATION_DATABASE_URL'];
}
