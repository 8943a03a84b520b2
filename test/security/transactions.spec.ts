// R-03, T-24. The attacker sends cheap requests whose work is slow. If such a request held a database connection while
// it hashes, draws or calls out, a few of them would block the sign-ins of others.
import { qrCodeOf } from '../../src/factors/qr-code.js';
import { PasswordHash } from '../../src/platform/crypto/password-hash.js';
import { Database } from '../../src/platform/database/database.js';
import { SERVICE_ROLE } from '../../src/platform/database/service-role.js';
import { Outbound } from '../../src/platform/outbound/outbound.js';
import { TestService } from '../support/service.js';

describe('a transaction', () => {
  let service: TestService;
  let database: Database;

  beforeAll(async () => {
    service = await TestService.start();
    const log = { warn: () => undefined } as never;
    const url = service.databaseUrl;
    database = new Database({ url, poolSize: 3, role: SERVICE_ROLE, log, watchesTransactions: true });
  });
  afterAll(async () => {
    await database.close();
    await service.stop();
  });

  const statement = { name: 'one', text: 'SELECT 1 AS one' };
  const outbound = new Outbound({ allowed: [] });
  it.each<[string, string, () => Promise<unknown>]>([
    ['hashes', 'a password hash', () => new PasswordHash().hash('tenant', 'x')],
    ['draws', 'the drawing of a QR code', () => Promise.resolve(qrCodeOf('otpauth://totp/x'))],
    ['calls out', 'an outgoing request', () => outbound.send({ url: 'https://example.com', headers: {}, body: '' })],
    ['runs a statement on a second connection', 'a second connection', () => database.run(statement, [])],
    ['asks Prisma on a second connection', 'a second connection', () => database.prisma.tenant.count()],
    ['begins a second one', 'a second connection', () => database.inTransaction(() => Promise.resolve())],
  ])('fails if it %s', async (_name, what, slow) => {
    const inside = database.inTransaction(async (transaction) => {
      await transaction.tenant.count();
      await slow();
    });
    await expect(inside).rejects.toThrow(`BUG: ${what} inside a transaction`);
  });

  it('may use its own connection freely', async () => {
    const count = database.inTransaction(async (transaction) => {
      await database.runNamed({ ...statement, parameters: [] }, {}, transaction);
      return transaction.tenant.count();
    });
    expect(await count).toBeGreaterThanOrEqual(0);
  });
});
