// Reads the fields of a protobuf message by their numbers, without a description of it.
// https://protobuf.dev/programming-guides/encoding/

export class ProtobufFields {
  private readonly values = new Map<number, (bigint | Buffer)[]>();

  constructor(private readonly bytes: Buffer) {
    for (let at = 0; at < bytes.length;) {
      const [tag, afterTag] = this.varint(at);
      const [value, next] = this.valueAt(Number(tag & 7n), afterTag);
      const field = Number(tag >> 3n);
      this.values.set(field, [...(this.values.get(field) ?? []), value]);
      at = next;
    }
  }

  all(field: number): ProtobufFields[] {
    return this.raw(field).map((value) => new ProtobufFields(value as Buffer));
  }

  /** Of every message in the first field, those in the second, and so on. */
  within(...fields: readonly number[]): ProtobufFields[] {
    return fields.reduce<ProtobufFields[]>(
      (found, field) => found.flatMap((message) => message.all(field)),
      [this],
    );
  }

  text(field: number): string | undefined {
    return this.raw(field)[0]?.toString();
  }

  hex(field: number): string | undefined {
    const [value] = this.raw(field);
    return Buffer.isBuffer(value) ? value.toString('hex') : undefined;
  }

  private raw(field: number): readonly (bigint | Buffer)[] {
    return this.values.get(field) ?? [];
  }

  private valueAt(wireType: number, at: number): [value: bigint | Buffer, next: number] {
    if (wireType === 0) return this.varint(at);
    if (wireType === 1) return [this.bytes.readBigUInt64LE(at), at + 8];
    if (wireType === 5) return [BigInt(this.bytes.readUInt32LE(at)), at + 4];
    if (wireType !== 2) throw new RangeError(`There is no wire type ${wireType}`);
    const [length, from] = this.varint(at);
    const to = from + Number(length);
    if (to > this.bytes.length) throw new RangeError('A field is longer than its message');
    return [this.bytes.subarray(from, to), to];
  }

  private varint(at: number): [value: bigint, next: number] {
    let value = 0n;
    for (let index = 0; ; index += 1) {
      const byte = this.bytes.readUInt8(at + index);
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return [value, at + index + 1];
    }
  }
}
