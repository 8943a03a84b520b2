// Each guard with the edits that remove it from the sources, and the probe that must succeed without it.
import type { ProbeName } from './guard-probes.js';
import type { Edit } from './mutant.js';

const guardOf = (name: string) => ({
  file: 'gate/gate.module.ts',
  find: `{ provide: APP_GUARD, useClass: ${name} },`,
  replace: '',
});

export const REMOVALS: readonly (readonly [guard: string, missed: ProbeName, edits: readonly Edit[]])[] = [
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
      { file: 'oauth/access-token.policy.ts', find: 'nowMs < exp * 1_000 && ', replace: '' },
      { file: 'gate/token/token.guard.ts', find: 'if (isOver || ', replace: 'if (' },
    ],
  ],
  [
    'the check of suspensions',
    'a token of a suspended client',
    [
      {
        file: 'gate/token/token.guard.ts',
        find: ' || this.suspensions.voids(validToken.caller.clientId, validToken.issuedAtSeconds)',
        replace: '',
      },
    ],
  ],
  [
    'the proof of possession',
    'a bound token without its key',
    [{ file: 'gate/token/possession.ts', find: 'if (!proof) throw invalidProof();', replace: '' }],
  ],
  ['the guard against replayed proofs', 'a proof twice', [guardOf('ProofOnceGuard')]],
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
        find: '(${until} IS NULL OR ${until} <= :now::timestamptz)',
        replace: '(${until} IS NULL OR true)',
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
  [
    "the ledger of devices' proofs",
    'a request of a device twice',
    [
      {
        file: 'gate/token/proof-once.guard.ts',
        find: ' || !(await this.ledger.spendDeviceProof(identified.device, identified))',
        replace: ' || (await Promise.resolve(false))',
      },
    ],
  ],
  [
    "the check of a device's signature",
    "another device's signature",
    [
      {
        file: 'factors/devices/proofs/device-jws.policy.ts',
        find: 'return isSigned && isForRequest',
        replace: 'return isForRequest',
      },
    ],
  ],
  [
    'the hash of the body',
    'a body that the device did not sign',
    [
      {
        file: 'factors/devices/proofs/device-jws.policy.ts',
        find: ' && claims.body_hash === request.bodyHash',
        replace: '',
      },
    ],
  ],
  [
    'the single use of a ticket, first and second',
    'a ticket twice',
    [
      {
        file: 'factors/devices/registration/registration.service.ts',
        find: 'if (found.isUsed)',
        replace: 'if (false as boolean)',
      },
      { file: 'factors/devices/device.repository.ts', find: ' AND devices.public_jwk IS NULL', replace: '' },
    ],
  ],
  [
    'the check of the typed number',
    'a wrong number',
    [{ file: 'factors/devices/device-method.ts', find: ' && isTyped;', replace: ' && (isTyped || !isTyped);' }],
  ],
  [
    'the comparison of a decision',
    'an approval of another action',
    [
      {
        file: 'factors/devices/proofs/device-jws.policy.ts',
        find: 'return names.every((name) => decided.claims[name] === expected[name]);',
        replace: 'return names.length > 0;',
      },
    ],
  ],
  [
    'the limit of openings',
    'a fourth challenge',
    [{ file: 'challenges/open-challenge.service.ts', find: 'if (waitMs > 0) throw', replace: 'if (waitMs < 0) throw' }],
  ],
  [
    'the proof that every phone enrolment needs',
    'a phone without a proof',
    [
      {
        file: 'factors/enrolments.ts',
        find: 'const needsProof = !this.methods.of(type).standsAlone;',
        replace: 'const needsProof = false;',
      },
    ],
  ],
  [
    'the limit of a budget',
    'a fourth look-up of a number',
    [
      {
        file: 'phones/blind/blind-lookup-charge.ts',
        find: 'if (waitMs === 0) return (await',
        replace: 'if (waitMs >= 0) return (await',
      },
    ],
  ],
  [
    'the switch of look-ups',
    'a look-up that is turned off',
    [
      {
        file: 'phones/lookups/lookup.service.ts',
        find: "if (!(await this.settings.of(tenantId)).lookups) throw new Problem('lookups_off');",
        replace: '',
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
