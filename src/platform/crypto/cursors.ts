// Cursors of paged lists. What a cursor says is sealed and bound to the tenant, the list and the owner of the list: it tells its holder
// nothing, and is refused everywhere else.
import { Problem } from '../errors/problem.js';
import { SealBroken, type Sealer } from './sealer.js';

export interface CursorScope {
  readonly tenantId: string;
  readonly list: 'audit-events' | 'alerts' | 'notices' | 'factors' | 'devices' | 'phones';
  /** The user or device whose list it is; absent for lists of the tenant. */
  readonly of?: string;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** How many rows were asked for. */
  readonly limit: number;
}

export class Cursors {
  constructor(private readonly sealer: Sealer) {}

  seal(scope: CursorScope, position: string): string {
    return this.sealer.seal(Buffer.from(position), placeOf(scope)).toString('base64url');
  }

  /** The cursor after a page of rows; null after a page that is not full, which ends the list for now. */
  after<Row>(scope: CursorScope, { rows, limit }: Page<Row>, positionOf: (last: Row) => string): string | null {
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return last === undefined ? null : this.seal(scope, positionOf(last));
  }

  /**
   * What was sealed; undefined where there is no cursor.
   * @throws Problem `malformed_request` for a cursor of another list, of another tenant, made up, or older than this form.
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
  detail = 'is not a cursor of this list, or one of an earlier release: leave `after` out to start again',
): Problem {
  return new Problem('malformed_request', { errors: [{ pointer: 'after', detail }] });
}

// SECURITY(T-46): without the list and its owner a cursor of one list would be read as a position in another.
function placeOf({ tenantId, list, of = '' }: CursorScope) {
  return { tenantId, table: `list:${list}`, column: 'cursor', rowId: of };
}
