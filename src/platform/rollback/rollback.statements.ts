import { named } from '../database/named-statement.js';

/** The newest epoch, the installation's id, and whether any process has served this database. */
export const STATE = named(
  'rollback_state',
  `SELECT newest.id AS epoch, newest.began_at AS "beganAt", (SELECT id FROM epochs WHERE number = 1) AS installation,
          EXISTS (SELECT FROM high_water_marks) AS "wasServed"
   FROM epochs AS newest ORDER BY number DESC LIMIT 1`,
);

export interface State {
  readonly epoch: string;
  readonly beganAt: Date;
  readonly installation: string;
  readonly wasServed: boolean;
}

/** A row if the mark belongs to this state. */
export const HELD = named(
  'rollback_held',
  'SELECT number FROM high_water_marks WHERE id = :id::uuid AND number >= :number::bigint',
);

/** Rows of ended processes are kept for as long as a host, with the only copy of their mark, may be away. */
const KEPT_DAYS = 400;

export const BEGIN = named(
  'rollback_begin',
  `WITH gone AS (DELETE FROM high_water_marks WHERE at < :now::timestamptz - interval '${KEPT_DAYS} days')
   INSERT INTO high_water_marks (id, number, at) VALUES (:id::uuid, 1, :now::timestamptz)`,
);

/** No row if the database has lost what it counted. */
export const COUNT = named(
  'rollback_count',
  `UPDATE high_water_marks SET number = number + 1, at = :now::timestamptz
   WHERE id = :id::uuid AND number >= :number::bigint RETURNING number`,
);
