// Cursors of lists that follow the numbers of events. A cursor holds the number and id of the last event that was
// shown.
import { Injectable } from '@nestjs/common';
import { Cursors, notACursor, type CursorScope } from '../platform/crypto/cursors.js';
import { AuditEventRepository, BEFORE_FIRST, type AuditEventRow } from './audit-event.repository.js';

/** Digits of the longest number. Cursors have a fixed length: a shorter one would reveal how few events there are. */
const DIGITS = 19;

@Injectable()
export class EventCursors {
  constructor(
    private readonly cursors: Cursors,
    private readonly events: AuditEventRepository,
  ) {}

  /** The cursor after a page. Null after a page that was not full: it is the last one for now. */
  after(scope: CursorScope, rows: readonly Pick<AuditEventRow, 'number' | 'id'>[], limit: number): string | null {
    return this.cursors.after(scope, { rows, limit }, ({ number, id }) => `${number.padStart(DIGITS, '0')} ${id}`);
  }

  /**
   * The number to read from.
   * @throws Problem `malformed_request` if this is no cursor of the list. Also if the number now has another id: a
   * restore has undone the event that the reader had seen.
   */
  async numberOf(scope: CursorScope, cursor: string | undefined): Promise<string> {
    const position = this.cursors.open(scope, cursor);
    if (position === undefined) return BEFORE_FIRST;
    const [number = BEFORE_FIRST, id = ''] = position.split(' ');
    if (!(await this.events.holds(scope.tenantId, { number, id })))
      throw notACursor('names an event that a restore has undone: leave `after` out to start again');
    return number;
  }
}
