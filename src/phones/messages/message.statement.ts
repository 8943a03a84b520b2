// Queues a code: one row, for every user, with or without a phone. A worker decides later whether it is sent
// (delivery/messages).
import { named } from '../../platform/database/named-statement.js';

export const PURPOSES = ['enrolment', 'challenge', 'blind_lookup'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** The NOTIFY channel that announces a message. */
export const MESSAGES_CHANNEL = 'countersign_messages';

/**
 * A piece of a statement, with the parameters of `startAfter` among others. It returns what to announce to the worker.
 */
export const QUEUED = `
      INSERT INTO messages (tenant_id, id, purpose, subject_id, due_at, created_at, expires_at, admitted)
      VALUES (:tenant::uuid, :message::uuid, :purpose::text, :id::uuid, :due::timestamptz, :now::timestamptz, :end::timestamptz, :admitted::boolean)
      RETURNING pg_notify('${MESSAGES_CHANNEL}', :wait)`;

export const QUEUE = named('message_queue', `WITH queued AS (${QUEUED}) SELECT FROM queued`);
