// A name server on loopback for specs: answers from the spec's table over UDP (RFC 1035 §4.1), and records the
// questions.
import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';

const TYPES: Readonly<Record<number, string>> = { 1: 'A', 28: 'AAAA' };
const ALIAS = 5;

/** The addresses of a name at the nth question of one type, from 1; or another name. */
export type Entry = readonly string[] | ((nth: number) => readonly string[]) | { readonly alias: string };

export class NameServer {
  /** `A loop.test`, in order. */
  readonly questions: string[] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly entries: Readonly<Record<string, Entry>>,
  ) {}

  static async open(entries: Readonly<Record<string, Entry>>): Promise<NameServer> {
    const socket = createSocket('udp4');
    const server = new NameServer(socket, entries);
    socket.on('message', (message, { port, address }) => socket.send(server.answer(message), port, address));
    await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
    return server;
  }

  /** All addresses of a name, as this server gives them. */
  resolve = async (name: string): Promise<string[]> => {
    const resolver = new Resolver({ timeout: 1_000, tries: 1 });
    resolver.setServers([`127.0.0.1:${this.socket.address().port}`]);
    const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return found.flatMap((part) => (part.status === 'fulfilled' ? part.value : []));
  };

  close(): void {
    this.socket.close();
  }

  private answer(question: Buffer): Buffer {
    const { name, end } = nameAt(question, 12);
    const type = question.readUInt16BE(end);
    const asked = `${TYPES[type] ?? type} ${name}`;
    this.questions.push(asked);
    const records = this.records(name, type);
    const head = Buffer.from(question.subarray(0, 12));
    // An answer, recursion available, no error; one question, and the number of answers.
    head.writeUInt16BE(0x8180, 2);
    for (const [place, count] of [1, records.length, 0, 0].entries()) head.writeUInt16BE(count, 4 + 2 * place);
    return Buffer.concat([head, question.subarray(12, end + 4), ...records]);
  }

  private records(name: string, type: number): Buffer[] {
    const entry = this.entries[name.toLowerCase()] ?? [];
    if ('alias' in entry) return [record(name, ALIAS, written(entry.alias)), ...this.records(entry.alias, type)];
    const nth = this.questions.filter((question) => question === this.questions.at(-1)).length;
    const addresses = typeof entry === 'function' ? entry(nth) : entry;
    const fitting = addresses.filter((address) => address.includes(':') === (type === 28));
    return type in TYPES ? fitting.map((address) => record(name, type, bytesOf(address))) : [];
  }
}

function nameAt(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

function written(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(String.fromCharCode(label.length) + label, 'latin1'));
  return Buffer.concat([...labels, Buffer.of(0)]);
}

/** Of class IN, with a lifetime of 0. */
function record(name: string, type: number, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([written(name), fixed, data]);
}

function bytesOf(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text = '') => (text === '' ? [] : text.split(':'));
  const missing = 8 - groups(left).length - groups(right).length;
  const all = [...groups(left), ...Array.from({ length: missing }, () => '0'), ...groups(right)];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
