// Cursors of paged lists. The content is sealed, and bound to the tenant, the list and its owner: a cursor reveals
// nothing, and is refused elsewhere.
import { Problem } from '../errors/problem.js';
import { SealBroken, type Sealer } from './sealer.js';

export interface CursorScope {
  readonly tenantId: string;
  readonly list: 'audit-events' | 'alerts' | 'notices' | 'factors' | 'devices' | 'phones';
  /** The user or device of the list. Absent for lists of the tenant. */
  readonly of?: string;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Requested number of rows. */
  readonly limit: number;
}

export class Cursors {
  constructor(private readonly sealer: Sealer) {}

  seal(scope: CursorScope, position: string): string {
    return this.sealer.seal(Buffer.from(position), placeOf(scope)).toString('base64url');
  }

  /** The cursor after a page of rows. Null after a page that is not full: it is the last one for now. */
  after<Row>(scope: CursorScope, { rows, limit }: Page<Row>, positionOf: (last: Row) => string): string | null {
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return last === undefined ? null : this.seal(scope, positionOf(last));
  }

  /**
   * The content. Undefined without a cursor.
   * @throws Problem `malformed_request` for an invalid cursor, or one of another list, another tenant or an older form.
   */
  open(scope: CursorScope, cursor: string | undefined): string | undefined {
    if (cursor === undefined) return undefined;
    try {
      return this.sealer.open(Buffer.from(cursor, 'base64url'), placeOf(scope)).toString();
    } catch (error) {
      if (error instanceof SealBroken) throw notACursor();
      throw error;
    }
  }
}

export function notACursor(
  detail = 'is not a cursor of this list, or belongs to an earlier release: leave `after` out to start again',
): Problem {
  return new Problem('malformed_request', { errors: [{ pointer: 'after', detail }] });
}

// SECURITY(T-46): without list and owner, a cursor of one list would be accepted as a position in another.
function placeOf({ tenantId, list, of = '' }: CursorScope) {
  return { tenantId, table: `list:${list}`, column: 'cursor', rowId: of };
}
