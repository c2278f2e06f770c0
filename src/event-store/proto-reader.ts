// Walks over the fields of a protobuf message, for the few messages that are nearly all of the
// traffic with the store: generated classes cost several times as much, once for every event.
import protobuf from 'protobufjs/minimal.js';

export type ProtoReader = InstanceType<typeof protobuf.Reader>;

export function readerOf(bytes: Uint8Array): ProtoReader {
  return protobuf.Reader.create(bytes);
}

/** Where the embedded message that comes next ends. */
export function endOfNext(reader: ProtoReader): number {
  return reader.uint32() + reader.pos;
}

/**
 * Calls back for each field up to `end`; what `take` does not read, by answering false, is passed
 * over. @throws RangeError for bytes that are no message
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

/** An unsigned number, exact up to 2^53; the revision of a tombstone, 2^63 − 1, is rounded. */
export function unsigned(reader: ProtoReader): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = reader.buf[reader.pos++];
    if (byte === undefined) throw new RangeError('A number reaches beyond its message');
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
}

/** An unsigned number of 64 bits, exact. */
export function unsigned64(reader: ProtoReader): bigint {
  const begin = reader.pos;
  const value = unsigned(reader);
  if (Number.isSafeInteger(value)) return BigInt(value);
  return reader.buf
    .subarray(begin, reader.pos)
    .reduceRight((so, byte) => (so << 7n) | BigInt(byte & 127), 0n);
}

/**
 * Of the embedded message that comes next, a position in `$all`; both of its messages have it
 * first.
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
