// How recovery codes are counted and claimed, with a budget of their own. Also writes the event when few are left.
import { eventDetails, FROM_CLIENT, insertEvents, NEW_EVENT_ID } from '../../audit/audit-event.statement.js';
import type { AttemptKind } from '../../users/attempts/attempt.statement.js';
import { FEW_CODES } from './recovery-codes.policy.js';

const FEW_LEFT = `few_left AS (
      ${insertEvents({
        action: 'factor.recovery_codes_low',
        tenantId: ':caller_tenant::uuid',
        id: NEW_EVENT_ID,
        ...FROM_CLIENT,
        userId: ':named_user::text',
        targetId: ':factor::uuid',
        details: eventDetails({ factorType: "'recovery_codes'" }),
        from: 'FROM attempted',
      })}
      WHERE last_refusal IS NULL AND ${FEW_CODES} >= (
        SELECT count(*) FROM recovery_codes AS code
        WHERE code.tenant_id = :tenant::uuid AND code.factor_id = :factor::uuid AND attempted.claims ->> code.id::text = '-1'))`;

export const VERIFY_RECOVERY_CODE: AttemptKind = {
  name: 'verify_recovery_code',
  budget: 'recovery_codes',
  effect: 'verify',
  wrong: 'wrong_code',
  missed: 'replayed_code',
  approved: 'verification.approved',
  refused: 'verification.refused',
  extraCtes: FEW_LEFT,
};

// The same code, when it starts a recovery.
export const START_RECOVERY: AttemptKind = {
  ...VERIFY_RECOVERY_CODE,
  name: 'recover',
  effect: 'recover',
  approved: 'recovery.begun',
  refused: 'recovery.refused',
};
