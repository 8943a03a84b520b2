// The refusals of recovery steps.
import { Problem } from '../../platform/errors/problem.js';
import type { Recovery, RecoveryRefusal } from './recovery.policy.js';

export function problemFor(refusal: RecoveryRefusal, current: Recovery | null): Problem {
  switch (refusal) {
    case 'recovery_open':
      return new Problem('recovery_open');
    case 'same_client':
      return new Problem('second_client_required');
    case 'not_open_yet':
      return new Problem('recovery_not_open', whenOf(current));
    case 'ticket_issued':
      return new Problem('recovery_ticket_issued');
    case 'another_client':
    case 'no_recovery':
      return new Problem('not_found');
  }
}

function whenOf(current: Recovery | null) {
  const opensAt = current?.opensAt ?? null;
  return { detail: opensAt === null ? 'Another client has to approve it.' : `It opens at ${opensAt}.` };
}
