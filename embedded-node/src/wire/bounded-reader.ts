// google-protobuf's reader, but for two kinds of request that would stop the node for seconds.
// Fields that claim to be longer than what is left of their bytes: it believes them and walks to
// the claimed end, four gibibytes of nothing, byte by byte. And millions of empty messages in one:
// of two bytes it makes an object of two hundred.
import type { MethodDefinition } from '@grpc/grpc-js';
import protobuf, { type Message } from 'google-protobuf';

/** The class of a message, as protoc generates it. */
export interface MessageClass {
  new (): Message;
  deserializeBinaryFromReader(message: Message, reader: protobuf.BinaryReader): Message;
}

type AnyMethod = MethodDefinition<unknown, unknown>;

/** What protoc writes into a service; grpc-js's type lacks the classes. */
interface GeneratedMethod extends AnyMethod {
  readonly requestType: MessageClass;
}

/** Of a length the reader uses what five bytes hold, seven bits in each, 32 in all. */
const LENGTH_BYTES = 5;

/** In a request. No client sends as many: 2,000 ids are the most that it acknowledges at once. */
const MOST_FIELDS = 100_000;

class BoundedReader extends protobuf.BinaryReader {
  private readonly bytes: Uint8Array;
  private fields = 0;

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.bytes = bytes;
  }

  override nextField(): boolean {
    const isThere = super.nextField();
    if (isThere && this.isDelimited()) this.demandWithin();
    this.fields += 1;
    if (this.fields > MOST_FIELDS) throw new RangeError('Too many fields');
    return isThere;
  }

  private demandWithin(): void {
    const begin = this.getCursor();
    let length = 0;
    for (let read = 0; read < LENGTH_BYTES; read += 1) {
      const byte = this.bytes[begin + read];
      if (byte === undefined) throw new RangeError('A length does not end');
      length += (byte & 127) * 128 ** read;
      if (byte < 128) break;
    }
    if (length > this.bytes.length - begin) {
      throw new RangeError('A field reaches beyond its message');
    }
  }
}

// The library's own code, such as that of maps and groups, calls the method by a shorter name.
const known = Object.getOwnPropertyDescriptors(protobuf.BinaryReader.prototype);
const { nextField } = Object.getOwnPropertyDescriptors(BoundedReader.prototype);
for (const [name, { value }] of Object.entries(known)) {
  if (value === known.nextField.value)
    Object.defineProperty(BoundedReader.prototype, name, nextField);
}

/** @throws Error for bytes that are no such message */
export function boundedMessage(by: MessageClass, bytes: Uint8Array): Message {
  const reader = new BoundedReader(new Uint8Array(bytes));
  return by.deserializeBinaryFromReader(new by(), reader);
}

/** The same service as protoc generated it, whose requests are read within their bounds. */
export function bounded<Service extends object>(service: Service): Service {
  const methods = Object.entries<GeneratedMethod>(service as Record<string, GeneratedMethod>).map(
    ([name, method]) => {
      const requestDeserialize = (bytes: Buffer) => boundedMessage(method.requestType, bytes);
      return [name, { ...method, requestDeserialize }] as const;
    },
  );
  return Object.fromEntries(methods) as Service;
}
