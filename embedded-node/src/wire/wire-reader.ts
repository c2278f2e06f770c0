// protobufjs's reader, but for two kinds of field. Of a number of 64 bits whose last bytes are
// missing it makes a smaller number, and of each, however small, an object; of a text that is
// longer than its message it takes as much as there is.
import protobuf from 'protobufjs/minimal.js';
import type { Halves } from './halves.js';

/** What protobufjs declares, without the name of a package that is not ours. */
interface BaseReader extends Omit<protobuf.BufferReader, 'int64' | 'uint64' | 'uint32' | 'string'> {
  int64(): number | Halves;
  uint64(): number | Halves;
  uint32(): number;
  string(): string;
}

const Base: new (bytes: Buffer) => BaseReader = protobuf.BufferReader;

/**
 * Tags and lengths in a message. Of an empty message, which is two of them, an object is made: a
 * request of 16 MiB would take a gigabyte. The smallest events, as many as an append holds, fit in.
 */
const MOST_NUMBERS = 4_194_304;

/** So many bytes hold 64 bits, seven in each. */
const LONGEST = 10;

export class WireReader extends Base {
  /** Of these bytes, which are not copied. */
  static of(bytes: Uint8Array): WireReader {
    const Reader = bytes.length > MOST_NUMBERS ? CountingReader : WireReader;
    if (Buffer.isBuffer(bytes)) return new Reader(bytes);
    return new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  override int64(): number | Halves {
    return this.exact() ?? super.int64();
  }

  override uint64(): number | Halves {
    return this.exact() ?? super.uint64();
  }

  override string(): string {
    const length = this.uint32();
    const { pos: begin } = this;
    const end = begin + length;
    if (end > this.len) throw new RangeError('A text reaches beyond its message');
    this.pos = end;
    return (this.buf as Buffer).toString('utf8', begin, end);
  }

  /**
   * The number at hand; undefined, with nothing read, where it is beyond what a number holds.
   * @throws RangeError for one that does not end within its message
   */
  private exact(): number | undefined {
    const { buf, pos: begin } = this;
    const end = Math.min(this.len, begin + LONGEST);
    let value = 0;
    let scale = 1;
    for (let at = begin; at < end; at += 1) {
      const byte = buf[at] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (!Number.isSafeInteger(value)) return undefined;
        this.pos = at + 1;
        return value;
      }
      scale *= 128;
    }
    throw new RangeError('A number does not end');
  }
}

/** For messages that are long enough to have too many. */
class CountingReader extends WireReader {
  private numbers = 0;

  override uint32(): number {
    this.numbers += 1;
    if (this.numbers > MOST_NUMBERS) throw new RangeError('Too many fields');
    return super.uint32();
  }
}
