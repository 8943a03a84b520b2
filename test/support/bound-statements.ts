// Reads the messages of a client to PostgreSQL (protocol 3.0, "Message Formats") and reports the prepared statements
// that it runs. The first message of a connection has no type. Every other message is a type, four bytes of length that
// count themselves, and the content.
const BIND = 'B'.charCodeAt(0);

export class BoundStatements {
  private rest = Buffer.alloc(0);
  private hasBegun = false;

  /** Names of the statements that were bound in the messages which this chunk completes. */
  read(chunk: Buffer): string[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const names: string[] = [];
    for (let message = this.next(); message; message = this.next()) {
      if (message.type !== BIND) continue;
      // The portal's name, then the statement's.
      const [, name = ''] = message.body.toString('latin1').split('\0', 2);
      if (name !== '') names.push(name);
    }
    return names;
  }

  private next(): { type: number; body: Buffer } | null {
    const head = this.hasBegun ? 1 : 0;
    if (this.rest.length < head + 4) return null;
    const end = head + this.rest.readUInt32BE(head);
    if (this.rest.length < end) return null;
    const message = { type: this.hasBegun ? this.rest.readUInt8(0) : 0, body: this.rest.subarray(head + 4, end) };
    this.rest = this.rest.subarray(end);
    this.hasBegun = true;
    return message;
  }
}
