// Reads the fields of a protobuf message, for the few message types that make up most of the
// traffic. The generated classes are several times slower, for every event.
import protobuf from 'protobufjs/minimal.js';

export type ProtoReader = InstanceType<typeof protobuf.Reader>;

export function readerOf(bytes: Uint8Array): ProtoReader {
  return protobuf.Reader.create(bytes);
}

/** The end of the next embedded message. */
export function endOfNext(reader: ProtoReader): number {
  return reader.uint32() + reader.pos;
}

/**
 * Calls `take` for each field up to `end`; when `take` returns false, the field is skipped.
 *
 * @throws RangeError for bytes that are not a message
 */
export function eachField(
  reader: ProtoReader,
  end: number,
  take: (field: number) => boolean,
): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (!take(tag >>> 3)) reader.skipType(tag & 7);
  }
  if (reader.pos !== end) throw new RangeError('A field reaches beyond its message');
}

/** An unsigned number, exact up to 2^53. A tombstone's revision, 2^63 − 1, is rounded. */
export function unsigned(reader: ProtoReader): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = reader.buf[reader.pos++];
    if (byte === undefined) throw new RangeError('A number reaches beyond its message');
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
}

/** An exact unsigned 64-bit number. */
export function unsigned64(reader: ProtoReader): bigint {
  const begin = reader.pos;
  const value = unsigned(reader);
  if (Number.isSafeInteger(value)) return BigInt(value);
  return reader.buf
    .subarray(begin, reader.pos)
    .reduceRight((so, byte) => (so << 7n) | BigInt(byte & 127), 0n);
}

/**
 * The commit position in the next embedded message; it is the first field of both position
 * messages.
 */
export function commitPosition(reader: ProtoReader): bigint {
  let position = 0n;
  eachField(reader, endOfNext(reader), (field) => {
    if (field !== 1) return false;
    position = unsigned64(reader);
    return true;
  });
  return position;
}
