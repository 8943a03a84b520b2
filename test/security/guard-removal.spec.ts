// T-07, T-16. A guard whose removal no test notices is worthless. Each guard is removed from the sources in turn, and
// the built service is attacked. The attack must succeed there, and fail against the unchanged service.
import { readFileSync } from 'node:fs';
import { tokenOf } from '../support/api.js';
import { serviceKey, type Victim } from '../support/forge.js';
import { missingGuards, type ProbeName, type Target } from '../support/guard-probes.js';
import { boundTokenOf, Holder } from '../support/holder.js';
import { REMOVALS } from '../support/guard-removals.js';
import { makeMutant, type Edit } from '../support/mutant.js';
import { TestService } from '../support/service.js';

// A service is built and started for each test.
const PATIENCE_MS = 180_000;
const LIMITS = { address: 200, client: 40 };
const SCOPES = 'factors:read factors:write verify';
const PHONE_SCOPES = 'phones:write phones:blind phones:lookup';

describe('guard removal', () => {
  let service: TestService;
  let target: Omit<Target, 'url' | 'run'>;

  beforeAll(async () => {
    const limits = { THROTTLE_ADDRESS: String(LIMITS.address), THROTTLE_CLIENT: String(LIMITS.client) };
    service = await TestService.start(1, limits);
    const nowMs = Math.ceil(Date.now() / 30_000) * 30_000 + 30_000;
    await service.setClock({ frozenAtMs: nowMs });
    const victim: Victim = { ...(await service.tenant(SCOPES)), issuer: service.issuer, scope: SCOPES };
    const holder = new Holder();
    const phones = ['--tenant', victim.tenantId, '--via', 'outbox', '--countries', 'US'];
    await service.operate('phones', 'set', ...phones);
    const suspended = await service.client(victim.tenantId, SCOPES);
    target = {
      nowMs,
      limits: LIMITS,
      forger: { key: await serviceKey(service), victim, nowMs },
      token: await tokenOf(service.url, victim),
      tokenWithoutScope: await tokenOf(service.url, victim, 'verify'),
      tokenOfOtherTenant: await tokenOf(service.url, await service.tenant(SCOPES)),
      tokenOfSibling: await tokenOf(service.url, await service.client(victim.tenantId, SCOPES)),
      tokenOfSuspended: await tokenOf(service.url, suspended),
      tokenForDevices: await tokenOf(service.url, await service.client(victim.tenantId, 'verify devices:write')),
      tokenForPhones: await tokenOf(service.url, await service.client(victim.tenantId, PHONE_SCOPES)),
      boundToken: await boundTokenOf(service.url, holder, { ...victim, nowMs }),
      holder,
    };
    await service.admin('clients', 'suspend', '--client', suspended.clientId);
  }, PATIENCE_MS);
  afterAll(() => service.stop());

  /** Attacks a service that is built with these edits, with all probes or only the named ones. */
  async function attack(edits: readonly Edit[], run: string, names?: readonly ProbeName[]) {
    const mutant = await makeMutant(edits);
    try {
      const instance = await service.addInstance({}, mutant.folder);
      await service.setClock({ frozenAtMs: target.nowMs });
      return await missingGuards({ ...target, run, url: instance.url }, names);
    } finally {
      await service.stopLast();
      mutant.remove();
    }
  }

  it(
    'all attacks fail while all guards are present',
    async () => {
      expect(await attack([], 'whole')).toEqual({});
    },
    PATIENCE_MS,
  );

  it.each(REMOVALS)(
    'without %s, this attack succeeds: %s',
    async (guard, missed, edits) => {
      const missing = await attack(edits, guard.replaceAll(/\W/g, '-'), [missed]);
      expect(Object.keys(missing)).toEqual([missed]);
    },
    PATIENCE_MS,
  );

  describe('the contract check', () => {
    const contract = / {2}@RouteContract\(\{\n(?: {4}.*\n)+? {2}\}\)\n/;
    const strip = (source: string): Edit => {
      const [find = ''] = contract.exec(source) ?? [];
      return { file: 'challenges/verification.controller.ts', find, replace: '' };
    };
    const inInventory = {
      file: 'contract/inventory.ts',
      find: 'faults.push(`${where} has no @RouteContract`);',
      replace: '',
    };
    const atFastify = {
      file: 'gate/boot-check.ts',
      find: 'if (strangers.length > 0)',
      replace: 'if (strangers.length > 99)',
    };
    const started = async (edits: readonly Edit[]) => {
      const mutant = await makeMutant(edits);
      // The generated documents would also notice: they name every route.
      return service.addInstance({ DOCS: 'off' }, mutant.folder).finally(mutant.remove);
    };

    it(
      'is needed: without it and its second check, a route without a contract starts',
      async () => {
        const bare = strip(readFileSync('src/challenges/verification.controller.ts', 'utf8'));
        await expect(started([bare])).rejects.toThrow('VerificationController.verify has no @RouteContract');
        await expect(started([bare, inInventory])).rejects.toThrow('POST /v1/users/:userId/verify');
        const { url } = await started([bare, inInventory, atFastify]);
        await service.setClock({ frozenAtMs: target.nowMs });
        // Even then the route is closed, not open.
        const missing = await missingGuards({ ...target, url, run: 'bare' }, ['a code twice']);
        expect(missing['a code twice']).toContain('403 instead of 200');
        await service.stopLast();
      },
      PATIENCE_MS,
    );
  });
});
