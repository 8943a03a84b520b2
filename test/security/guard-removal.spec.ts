// T-07, T-16. A guard that nobody would miss protects nobody. Each one is taken out of the sources in turn, and the service that
// is built without it is attacked: the attack must succeed there, and fail against the service as it is.
import { readFileSync } from 'node:fs';
import { tokenOf } from '../support/api.js';
import { serviceKey, type Victim } from '../support/forge.js';
import { missingGuards, type ProbeName, type Target } from '../support/guard-probes.js';
import { boundTokenOf, Holder } from '../support/holder.js';
import { makeMutant, type Edit } from '../support/mutant.js';
import { TestService } from '../support/service.js';

// A service is built and started for each test.
const PATIENCE_MS = 180_000;
const LIMITS = { address: 140, client: 40 };
const SCOPES = 'factors:read factors:write verify';
const guardOf = (name: string) => ({
  file: 'gate/gate.module.ts',
  find: `{ provide: APP_GUARD, useClass: ${name} },`,
  replace: '',
});

const REMOVALS: readonly (readonly [guard: string, missed: ProbeName, edits: readonly Edit[]])[] = [
  ['the token guard', 'no token', [guardOf('TokenGuard')]],
  [
    'the check of the token type',
    'a token of another type',
    [{ file: 'gate/token/access-token.strategy.ts', find: 'header?.typ !== ACCESS_TOKEN_TYPE', replace: '!header' }],
  ],
  [
    "the check of the token's time, first and second",
    'an expired token',
    [
      { file: 'tenants/tokens/access-token.policy.ts', find: 'nowMs < exp * 1_000 && ', replace: '' },
      { file: 'gate/token/token.guard.ts', find: 'if (isOver || ', replace: 'if (' },
    ],
  ],
  [
    'the check of suspensions',
    'a token of a suspended client',
    [
      {
        file: 'gate/token/token.guard.ts',
        find: ' || this.suspensions.voids(judged.caller.clientId, judged.issuedAtSeconds)',
        replace: '',
      },
    ],
  ],
  [
    'the proof of possession',
    'a bound token without its key',
    [{ file: 'gate/token/possession.ts', find: 'if (!proof) throw invalidProof();', replace: '' }],
  ],
  ['the guard that uses a proof up', 'a proof twice', [guardOf('ProofOnceGuard')]],
  ['the scope guard', 'a token without the scope', [guardOf('ScopeGuard')]],
  [
    'the validation',
    'an unknown field',
    [{ file: 'gate/gate.module.ts', find: '{ provide: APP_PIPE, useClass: ValidationPipe },', replace: '' }],
  ],
  [
    'the tenant filter of proofs',
    "another tenant's user",
    [
      {
        file: 'factors/totp/totp.repository.ts',
        find: "tenant_id = $1::uuid AND user_id = $2 AND type = 'totp' AND status = 'active'",
        replace: "$1::uuid IS NOT NULL AND user_id = $2 AND type = 'totp' AND status = 'active'",
      },
    ],
  ],
  [
    'the tenant filter of lists',
    "another tenant's factors",
    [{ file: 'factors/factor.repository.ts', find: 'where: {\n        tenantId,\n', replace: 'where: {\n' }],
  ],
  [
    'the claim of a step',
    'a code twice',
    [
      {
        file: 'users/attempts/attempt.statement.ts',
        find: 'return `:step::bigint > ${claimed}`;',
        replace: 'return `:step::bigint > -1`;',
      },
    ],
  ],
  [
    'the counter of failures',
    'a sixth guess',
    [
      {
        file: 'users/attempts/budget.statement.ts',
        find: 'THEN ${inRow} + 1 ELSE ${inRow} END',
        replace: 'THEN ${inRow} ELSE ${inRow} END',
      },
    ],
  ],
  [
    'the lock',
    'a sixth guess',
    [
      {
        file: 'users/attempts/budget.statement.ts',
        find: ' AND (${until} IS NULL OR ${until} <= :now::timestamptz)',
        replace: '',
      },
    ],
  ],
  [
    'the limit of answers',
    'a sixth answer',
    [{ file: 'challenges/challenge.statement.ts', find: ' AND answers < ${MAX_ANSWERS}', replace: '' }],
  ],
  [
    'the client of a challenge, first and second',
    "another client's challenge",
    [
      { file: 'challenges/challenge.statement.ts', find: ' AND client_id = :client::uuid', replace: '' },
      {
        file: 'challenges/challenge.repository.ts',
        find: ' AND client_id = $3::uuid',
        replace: ' AND $3::uuid IS NOT NULL',
      },
    ],
  ],
  ['the throttle by client', 'too many requests of a client', [guardOf('CallerThrottleGuard')]],
  [
    'the throttle by address',
    'too many requests of an address',
    [{ file: 'gate/frame/first-hook.ts', find: 'if (record.isBlocked)', replace: 'if (String(record) === "")' }],
  ],
];

describe('without a guard', () => {
  let service: TestService;
  let target: Omit<Target, 'url' | 'run'>;

  beforeAll(async () => {
    const limits = { THROTTLE_ADDRESS: String(LIMITS.address), THROTTLE_CLIENT: String(LIMITS.client) };
    service = await TestService.start(1, limits);
    const nowMs = Math.ceil(Date.now() / 30_000) * 30_000 + 30_000;
    await service.setClock({ frozenAtMs: nowMs });
    const victim: Victim = { ...(await service.tenant(SCOPES)), issuer: service.issuer, scope: SCOPES };
    const holder = new Holder();
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
      boundToken: await boundTokenOf(service.url, holder, { ...victim, nowMs }),
      holder,
    };
    await service.admin('clients', 'suspend', '--client', suspended.clientId);
  }, PATIENCE_MS);
  afterAll(() => service.stop());

  /** Attacks a service that is built with these edits. */
  async function attack(edits: readonly Edit[], run: string): Promise<Partial<Record<ProbeName, string>>> {
    const mutant = await makeMutant(edits);
    try {
      const instance = await service.addInstance({}, mutant.folder);
      await service.setClock({ frozenAtMs: target.nowMs });
      return await missingGuards({ ...target, run, url: instance.url });
    } finally {
      await service.stopLast();
      mutant.remove();
    }
  }

  it(
    'every attack fails while all stand',
    async () => {
      expect(await attack([], 'whole')).toEqual({});
    },
    PATIENCE_MS,
  );

  it.each(REMOVALS)(
    'an attack succeeds: %s, %s',
    async (guard, missed, edits) => {
      const missing = await attack(edits, guard.replaceAll(/\W/g, '-'));
      expect(Object.keys(missing)).toContain(missed);
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
      // The documents would notice too: they name every route.
      return service.addInstance({ DOCS: 'off' }, mutant.folder).finally(mutant.remove);
    };

    it(
      'is missed: without it and its second, a route without a contract starts',
      async () => {
        const bare = strip(readFileSync('src/challenges/verification.controller.ts', 'utf8'));
        await expect(started([bare])).rejects.toThrow('VerificationController.verify has no @RouteContract');
        await expect(started([bare, inInventory])).rejects.toThrow('POST /v1/users/:userId/verify');
        const { url } = await started([bare, inInventory, atFastify]);
        await service.setClock({ frozenAtMs: target.nowMs });
        // Even then it is closed, and not open.
        const missing = await missingGuards({ ...target, url, run: 'bare' });
        expect(missing['a code twice']).toContain('403 instead of 200');
        await service.stopLast();
      },
      PATIENCE_MS,
    );
  });
});
