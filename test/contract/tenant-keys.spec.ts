// A developer adds a table or a key and forgets the tenant. A row of one tenant could then be taken for a row of
// another. This spec reads the schema, which `npm run check` compares with the migrations.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/documents.js';

/** Tables of the installation, not of a tenant. */
const OF_THE_INSTALLATION = [
  'SigningKey',
  'KeyCheck',
  'Epoch',
  'HighWaterMark',
  'AppMinimumEverywhere',
  'AuditInbox',
  'AuditTurn',
];

interface Model {
  readonly name: string;
  readonly body: string;
}

function models(): Model[] {
  const schema = readFileSync(join(root, 'prisma/schema.prisma'), 'utf8');
  return [...schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => ({ name, body }));
}

/** The fields of every primary and unique key, of the whole model or of one field. */
function keysOf({ body }: Model): string[][] {
  const ofModel = [...body.matchAll(/@@(?:id|unique)\(\[([^\]]+)\]/g)].map(([, fields = '']) => fields.split(/,\s*/));
  const ofField = [...body.matchAll(/^ +(\w+) +.*@(?:id|unique)\b/gm)].map(([, field = '']) => [field]);
  return [...ofModel, ...ofField];
}

const foreignKeysOf = ({ body }: Model) =>
  [...body.matchAll(/@relation\(fields: \[([^\]]+)\]/g)].map(([, fields = '']) => fields.split(/,\s*/));

describe('database keys', () => {
  const all = models();
  const ofTenants = all.filter(({ name }) => name !== 'Tenant' && !OF_THE_INSTALLATION.includes(name));

  it('begin with the tenant, both primary and unique keys', () => {
    expect(ofTenants.length).toBeGreaterThan(30);
    for (const model of ofTenants) {
      const keys = keysOf(model);
      expect([model.name, keys.length > 0]).toEqual([model.name, true]);
      expect([model.name, keys.filter(([first]) => first !== 'tenantId')]).toEqual([model.name, []]);
    }
  });

  it('refer only to rows of the same tenant', () => {
    const foreign = all.flatMap((model) => foreignKeysOf(model).map((fields) => [model.name, fields[0]]));
    expect(foreign.length).toBeGreaterThan(20);
    expect(foreign.filter(([, first]) => first !== 'tenantId')).toEqual([]);
  });

  it('omit the tenant only in the tables of the installation', () => {
    const withoutTenant = all.filter(({ name, body }) => name !== 'Tenant' && !/^ +tenantId /m.test(body));
    const keyed = all.filter(
      (model) => model.name !== 'Tenant' && keysOf(model).some(([first]) => first !== 'tenantId'),
    );
    expect(keyed.map(({ name }) => name).sort()).toEqual([...OF_THE_INSTALLATION].sort());
    expect(withoutTenant.filter(({ name }) => !OF_THE_INSTALLATION.includes(name))).toEqual([]);
  });
});
