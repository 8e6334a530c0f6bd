// A small DNS server on loopback, by UDP and TCP on the same port. It knows one name; how it behaves can be chosen.
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type AddressInfo, type Server } from 'node:net';

/**
 * `cut`: says by UDP that the answer did not fit; `stranger`: answers another question; `noise`: sends what is no DNS
 * message; `slow`: gives TCP answers byte by byte; `once`: does not hear the first packet.
 */
export type DnsManner = 'well' | 'silent' | 'cut' | 'stranger' | 'noise' | 'slow' | 'once';

export interface DnsServer {
  readonly port: number;
  /** What was asked, as `UDP name type`; for what it could not read: `UDP refused`. */
  readonly asked: readonly string[];
  manner: Readonly<Record<'UDP' | 'TCP', DnsManner>>;
  close(): void;
}

/** Names and addresses that it knows; each other name gets NXDOMAIN. */
export async function startDnsServer(
  records: Readonly<Record<string, readonly string[]>>,
  host = '127.0.0.1',
): Promise<DnsServer> {
  const asked: string[] = [];
  const heard = new Set<number>();
  const server = { asked, manner: { UDP: 'well', TCP: 'well' } as DnsServer['manner'] };
  const reply = (protocol: 'UDP' | 'TCP', message: Buffer): Buffer | undefined => {
    const question = readQuestion(message);
    asked.push(
      question === undefined ? `${protocol} refused` : `${protocol} ${question.name} ${question.type}`,
    );
    if (question === undefined) return undefined;
    const manner = server.manner[protocol];
    const isFirst = !heard.has(question.id);
    heard.add(question.id);
    if (manner === 'silent' || (manner === 'once' && isFirst)) return undefined;
    if (manner === 'noise') return Buffer.from('hello');
    return answer(message, question, records, manner);
  };
  const tcp = await listen(
    (message) => reply('TCP', message),
    () => server.manner.TCP,
    host,
  );
  const { port } = tcp.address() as AddressInfo;
  const udp = await bind((message) => reply('UDP', message), port, host);
  const close = (): void => {
    tcp.close();
    udp.close();
  };
  return Object.assign(server, { port, close });
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  /** Where it ends in the message. */
  readonly end: number;
}

/** Undefined for anything but one whole question of class IN, and nothing behind it. */
function readQuestion(message: Buffer): Question | undefined {
  if (message.length < 17 || message.readUInt16BE(2) !== 0x0100 || message.readUInt16BE(4) !== 1)
    return undefined;
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  if (message.length !== end || message.readUInt16BE(at + 3) !== 1) return undefined;
  return { id: message.readUInt16BE(0), name: labels.join('.'), type: message.readUInt16BE(at + 1), end };
}

function answer(
  message: Buffer,
  { id, name, type, end }: Question,
  records: Readonly<Record<string, readonly string[]>>,
  manner: DnsManner,
): Buffer {
  const known = records[name];
  const data = (known ?? []).filter((address) => (type === 28) === address.includes(':')).map(toBytes);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(manner === 'stranger' ? id ^ 1 : id, 0);
  head.writeUInt16BE(0x8180 | (manner === 'cut' ? 0x0200 : 0) | (known === undefined ? 3 : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 6);
  const answers = data.map((bytes) => {
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(5, 6);
    record.writeUInt16BE(bytes.length, 10);
    return Buffer.concat([record, bytes]);
  });
  return Buffer.concat([head, message.subarray(12, end), ...(manner === 'cut' ? [] : answers)]);
}

function toBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [before = '', after = ''] = address.split('::');
  const [first, last] = [before, after].map((part) => part.split(':').filter((group) => group !== ''));
  const missing = 8 - (first?.length ?? 0) - (last?.length ?? 0);
  const groups = [...(first ?? []), ...Array<string>(missing).fill('0'), ...(last ?? [])];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

async function bind(
  reply: (message: Buffer) => Buffer | undefined,
  port: number,
  host: string,
): Promise<Socket> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (message, from) => {
    const bytes = reply(message);
    if (bytes !== undefined) socket.send(bytes, from.port, from.address);
  });
  await new Promise<void>((done) => socket.bind(port, host, done));
  return socket;
}

async function listen(
  reply: (message: Buffer) => Buffer | undefined,
  manner: () => DnsManner,
  host: string,
): Promise<Server> {
  const server = createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (part: Buffer) => {
      received = Buffer.concat([received, part]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const bytes = reply(received.subarray(2));
      if (bytes === undefined) return;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(bytes.length);
      // The connection stays open, as a real server's does for a while.
      void send(Buffer.concat([length, bytes]), manner() === 'slow' ? 1 : Infinity);
    });
    async function send(bytes: Buffer, atOnce: number): Promise<void> {
      for (let at = 0; at < bytes.length; at += atOnce) {
        socket.write(bytes.subarray(at, at + atOnce));
        await new Promise((done) => setTimeout(done, 1));
      }
    }
  });
  await new Promise<void>((done) => server.listen(0, host, done));
  return server;
}
