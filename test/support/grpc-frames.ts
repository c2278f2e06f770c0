// gRPC messages on an HTTP/2 stream: each has a flag, its length in four bytes, and its bytes.
const PREFIX_BYTES = 5;

/** Gathers pieces of a stream into whole frames, each with its prefix. */
export class Frames {
  private rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Buffer[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const whole: Buffer[] = [];
    for (;;) {
      if (this.rest.length < PREFIX_BYTES) return whole;
      const end = PREFIX_BYTES + this.rest.readUInt32BE(1);
      if (this.rest.length < end) return whole;
      whole.push(this.rest.subarray(0, end));
      this.rest = this.rest.subarray(end);
    }
  }
}

export function messageOf(frame: Buffer): Uint8Array {
  return frame.subarray(PREFIX_BYTES);
}

export function frameOf(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
