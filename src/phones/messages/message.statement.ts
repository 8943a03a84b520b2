// Puts a code in line to be sent: one row, whoever it is for and whether there is anybody. What becomes of it is found out later, by a
// worker (delivery/messages).
import { named } from '../../platform/database/named-statement.js';

export const PURPOSES = ['enrolment', 'challenge', 'blind_lookup'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Where it is told that there is a message. */
export const MESSAGES_CHANNEL = 'countersign_messages';

/** A piece of a statement, with the parameters of `startAfter` among others; it returns what tells the worker. */
export const QUEUED = `
      INSERT INTO messages (tenant_id, id, purpose, subject_id, due_at, created_at, expires_at, admitted)
      VALUES (:tenant::uuid, :message::uuid, :purpose::text, :id::uuid, :due::timestamptz, :now::timestamptz, :end::timestamptz, :admitted::boolean)
      RETURNING pg_notify('${MESSAGES_CHANNEL}', :wait)`;

export const QUEUE = named('message_queue', `WITH queued AS (${QUEUED}) SELECT FROM queued`);
