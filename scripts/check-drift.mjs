// Compares prisma/migrations, applied to a scratch database, with prisma/schema.prisma. Covers what Prisma can express:
// no grants, triggers and check constraints. On a difference it prints the SQL that would close the gap, and fails.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { ensureBuilt, root } from './build.mjs';
import { dropDatabase } from './scratch-database.mjs';
import { scratchServer } from './scratch-postgres.mjs';

const schemaFile = join(root, 'prisma', 'schema.prisma');
const migrationsFolder = join(root, 'prisma', 'migrations');

async function checkDrift() {
  await ensureBuilt();
  const server = await scratchServer({ isDurable: false });
  const name = `countersign_drift_${process.pid}`;
  const url = new URL(server.ownerUrl);
  url.pathname = `/${name}`;
  await query(server.ownerUrl, `CREATE DATABASE ${name}`);
  try {
    await query(url.href, migrationSql());
    return await differenceBetween(url.href);
  } finally {
    await dropDatabase(server.ownerUrl, name);
    await server.stop();
  }
}

function migrationSql() {
  const folders = readdirSync(migrationsFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = folders.map((entry) => entry.name).sort();
  return names.map((name) => readFileSync(join(migrationsFolder, name, 'migration.sql'), 'utf8')).join('\n');
}

/**
 * @param {string} url
 * @param {string} sql
 */
async function query(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** @param {string} url */
async function differenceBetween(url) {
  const { SchemaEngine } = await loadSchemaEngine();
  const files = [{ path: schemaFile, content: readFileSync(schemaFile, 'utf8') }];
  const adapter = bindMigrationAwareSqlAdapterFactory(catalogAdapter(url));
  const engine = await SchemaEngine.new(
    { datamodels: files.map((file) => [file.path, file.content]) },
    () => undefined,
    adapter,
  );
  const result = await engine.diff({
    from: { tag: 'schemaDatasource', files, configDir: dirname(schemaFile) },
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  });
  return result.exitCode === 0 ? null : result.stdout;
}

/**
 * Columns of PostgreSQL's internal type "char" are unknown to the adapter. They are passed as arrays of that type,
 * which the catalog queries do not use, and renamed afterwards.
 * @param {string} url
 */
function catalogAdapter(url) {
  const [charOid, charArrayOid] = [18, 1002];
  const pool = new pg.Pool({ connectionString: url });
  // Dropping the database ends its connections.
  pool.on('error', () => undefined);
  const send = pool.query.bind(pool);
  const query = async (/** @type {[any, any]} */ ...args) => {
    const result = await send(...args);
    for (const field of result.fields) if (field.dataTypeID === charOid) field.dataTypeID = charArrayOid;
    return result;
  };
  const factory = new PrismaPg(Object.assign(pool, { query }), { disposeExternalPool: true });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const { columnTypes, ...rest } = await queryRaw(query);
      const { CharacterArray, Character } = ColumnTypeEnum;
      return { ...rest, columnTypes: columnTypes.map((type) => (type === CharacterArray ? Character : type)) };
    };
    return adapter;
  };
  return factory;
}

/** Node 20 cannot import WebAssembly as a module, so it is linked by hand. */
async function loadSchemaEngine() {
  const require = createRequire(import.meta.url);
  const glueFile = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasm = readFileSync(join(dirname(glueFile), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  /** @type {any} */ (instance.exports).__wbindgen_start();
  return glue;
}

// Where the engine leaves the message when it panics.
Object.assign(globalThis, {
  PRISMA_WASM_PANIC_REGISTRY: { set_message: (/** @type {string} */ message) => process.stderr.write(`${message}\n`) },
});

const difference = await checkDrift();
if (difference !== null) {
  process.stderr.write(`prisma/migrations and prisma/schema.prisma differ; this would close the gap:\n${difference}\n`);
  process.exitCode = 1;
}
