// A TCP server that speaks as much of Kafka's protocol as it takes to misbehave: it answers with
// its versions, and to whatever is asked next with an error, too little, nonsense or nothing.
// https://kafka.apache.org/protocol.html
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Cleanup } from '../event-store/nodes.js';

export interface FakeRequest {
  readonly api: number;
  readonly version: number;
  readonly correlation: number;
  /** From the api on. */
  readonly bytes: Buffer;
}

/** The bytes that a broker says, `cut` for a connection that ends, or undefined for silence. */
export type FakeAnswer = (request: FakeRequest) => Buffer | 'cut' | undefined;

export const METADATA = 3;
export const FIND_COORDINATOR = 10;
export const API_VERSIONS = 18;
export const INIT_PRODUCER_ID = 22;
const UNSUPPORTED_VERSION = 35;
/** Of the APIs that a relay uses to find its topics and to open a writer, as written here. */
const known = [
  [METADATA, 9, 9],
  [FIND_COORDINATOR, 3, 3],
  [INIT_PRODUCER_ID, 3, 3],
  [API_VERSIONS, 0, 3],
];

/** Returns its address. */
export async function fakeBroker(cleanup: Cleanup, answer: FakeAnswer): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    let received = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE()) {
        const size = 4 + received.readInt32BE();
        const [api, version] = [received.readInt16BE(4), received.readInt16BE(6)];
        const bytes = received.subarray(4, size);
        const said = answer({ api, version, correlation: bytes.readInt32BE(4), bytes });
        received = received.subarray(size);
        if (said === 'cut') socket.destroy();
        else if (said !== undefined) socket.write(said);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.add(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A response: its length and the correlation id come before the body. */
export function framed(correlation: number, body: Buffer): Buffer {
  return Buffer.concat([int32(4 + body.length), int32(correlation), body]);
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export const NO_TAGS = Buffer.from([0]);
/** A compact array or text has its length plus one before it. */
const compact = (length: number) => Buffer.from([length + 1]);

/** The answer to which versions of which API the broker knows, in version 3. */
export function versions(correlation: number, apis: readonly number[][] = known): Buffer {
  const listed = apis.map((numbers) => Buffer.concat([...numbers.map(int16), NO_TAGS]));
  const body = [int16(0), compact(apis.length), ...listed, int32(0), NO_TAGS];
  return framed(correlation, Buffer.concat(body));
}

/** What a broker says that knows this question up to version 1, and nothing else. */
export function oldVersions({ version, correlation }: FakeRequest): Buffer {
  const isKnown = version <= 1;
  const listed = isKnown ? [int32(1), int16(API_VERSIONS), int16(0), int16(1)] : [int32(0)];
  const body = [int16(isKnown ? 0 : UNSUPPORTED_VERSION), ...listed];
  return framed(correlation, Buffer.concat(version === 0 ? body : [...body, int32(0)]));
}

/** The coordinator of a transactional id is this broker, with the number 0. */
export function coordinator(correlation: number, address: string): Buffer {
  const [host = '', port] = address.split(':');
  const found = [
    int32(0),
    int16(0),
    compact(-1),
    int32(0),
    compact(host.length),
    Buffer.from(host),
  ];
  return framed(correlation, Buffer.concat([NO_TAGS, ...found, int32(Number(port)), NO_TAGS]));
}

/** This broker alone, and no topic. */
export function aloneWithoutTopics(correlation: number, address: string): Buffer {
  const [host = '', port] = address.split(':');
  const at = [compact(host.length), Buffer.from(host), int32(Number(port))];
  const broker = [int32(0), ...at, Buffer.from([0]), NO_TAGS];
  const body = [NO_TAGS, int32(0), compact(1), ...broker, Buffer.from([0]), int32(0), compact(0)];
  return framed(correlation, Buffer.concat([...body, int32(0), NO_TAGS]));
}

/** How long the brokers are to leave a transaction open, in InitProducerId. */
export function transactionMsIn({ bytes }: FakeRequest): number {
  const afterClient = 10 + bytes.readInt16BE(8) + NO_TAGS.length;
  const idLength = bytes.readUInt8(afterClient) - 1;
  return bytes.readInt32BE(afterClient + 1 + idLength);
}

/** One topic with an error, by the number of Kafka's protocol. */
export function topicError(correlation: number, topic: string, code: number): Buffer {
  const name = [compact(topic.length), Buffer.from(topic)];
  const found = [int16(code), ...name, Buffer.from([0]), compact(0), int32(0), NO_TAGS];
  const body = [
    ...[NO_TAGS, int32(0), compact(0), Buffer.from([0]), int32(0)],
    ...[compact(1), ...found, int32(0), NO_TAGS],
  ];
  return framed(correlation, Buffer.concat(body));
}
