import { eventDetails, FROM_CLIENT, insertEvents, NEW_EVENT_ID } from './audit-event.statement.js';

describe('insertEvents', () => {
  it('names only the columns that the event fills', () => {
    expect(insertEvents({ action: 'challenge.created', ...FROM_CLIENT, from: 'FROM opened' })).toBe(
      'INSERT INTO audit_events (tenant_id, id, at, action, client_id, address, request_id) ' +
        "SELECT :tenant::uuid, :event::uuid, :now::timestamptz, 'challenge.created', :client::uuid, :address::text, :request::text FROM opened",
    );
  });

  it('fills a column of only one of two events with a typed NULL', () => {
    const details = eventDetails({ factorType: 'type' });
    const first = { action: 'verification.approved', details, from: 'FROM attempted' } as const;
    const second = { action: 'recovery.vetoed', id: NEW_EVENT_ID, from: 'FROM attempted' } as const;
    expect(insertEvents(first, second)).toBe(
      'INSERT INTO audit_events (tenant_id, id, at, action, details) ' +
        "SELECT :tenant::uuid, :event::uuid, :now::timestamptz, 'verification.approved', jsonb_build_object('factorType', type) FROM attempted " +
        "UNION ALL SELECT :tenant::uuid, gen_random_uuid(), :now::timestamptz, 'recovery.vetoed', NULL::jsonb FROM attempted",
    );
  });

  it('chooses between two actions in the statement', () => {
    const action = { when: 'jti IS NULL', then: 'assertion.refused', otherwise: 'assertion.spent' } as const;
    expect(insertEvents({ action })).toContain(
      "CASE WHEN jti IS NULL THEN 'assertion.refused' ELSE 'assertion.spent' END",
    );
  });
});
