// Cursors of lists that follow the numbers of events. A cursor names the last event that was shown, by number and id.
import { Injectable } from '@nestjs/common';
import { Cursors, notACursor, type CursorScope } from '../platform/crypto/cursors.js';
import { AuditEventRepository, BEGINNING, type AuditEventRow } from './audit-event.repository.js';

/** Of the longest number. Every cursor has the same length: shorter ones would say how few events a tenant has. */
const DIGITS = 19;

@Injectable()
export class EventCursors {
  constructor(
    private readonly cursors: Cursors,
    private readonly events: AuditEventRepository,
  ) {}

  /** The cursor after a page; null where the page was not full, which ends the list for now. */
  after(scope: CursorScope, rows: readonly Pick<AuditEventRow, 'number' | 'id'>[], limit: number): string | null {
    return this.cursors.after(scope, { rows, limit }, ({ number, id }) => `${number.padStart(DIGITS, '0')} ${id}`);
  }

  /**
   * The number after which to read.
   * @throws Problem `malformed_request` for what is no cursor of the list, and where another event has that number: the log was restored to a
   * state before it was read, and what the reader has seen since is not in it.
   */
  async numberOf(scope: CursorScope, cursor: string | undefined): Promise<string> {
    const position = this.cursors.open(scope, cursor);
    if (position === undefined) return BEGINNING;
    const [number = BEGINNING, id = ''] = position.split(' ');
    if (!(await this.events.holds(scope.tenantId, { number, id })))
      throw notACursor('names an event that a restore has undone: leave `after` out to begin anew');
    return number;
  }
}
