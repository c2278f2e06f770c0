// Checks the frames of a WAL, because SQLite silently drops broken ones when it opens a log.
// Source: "The WAL File Format" in SQLite's documentation of its database file format.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;

type Sums = readonly [number, number];

/**
 * The damage of a WAL that no crash can cause; undefined when there is none. Writes are sequential
 * and each is synced before the next, so a crash can break only the last one.
 */
export function brokenWal(path: string): string | undefined {
  const descriptor = openSync(path, 'r');
  try {
    return lookAt(descriptor, fstatSync(descriptor).size);
  } finally {
    closeSync(descriptor);
  }
}

function lookAt(descriptor: number, size: number): string | undefined {
  if (size < HEADER_BYTES) return undefined;
  const header = Buffer.alloc(HEADER_BYTES);
  readSync(descriptor, header, 0, HEADER_BYTES, 0);
  const isBigEndian = (header.readUInt32BE(0) & 1) === 1;
  const pageBytes = header.readUInt32BE(8);
  const isSound =
    (header.readUInt32BE(0) & ~1) === MAGIC &&
    equal(sumsOf(header.subarray(0, 24), [0, 0], isBigEndian), storedSums(header, 24));
  if (!isSound) return size > HEADER_BYTES ? 'its header is broken' : undefined;
  const salts = header.subarray(16, 24);
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + pageBytes);
  let sums = storedSums(header, 24);
  let broken: number | undefined;
  let endsWrite = false;
  for (let at = HEADER_BYTES, n = 1; at + frame.length <= size; at += frame.length, n += 1) {
    readSync(descriptor, frame, 0, frame.length, at);
    const isOfThis = frame.subarray(8, 16).equals(salts);
    const follows = isOfThis && equal(frameSums(frame, sums, isBigEndian), storedSums(frame, 16));
    if (!follows) broken ??= n;
    else if (broken !== undefined && endsWrite) {
      return `frame ${broken} is broken, and frame ${n} behind it is of a later write`;
    }
    // Whether the frame is intact and the last of its write.
    endsWrite = follows && frame.readUInt32BE(4) !== 0;
    sums = storedSums(frame, 16);
  }
  return undefined;
}

function frameSums(frame: Buffer, before: Sums, isBigEndian: boolean): Sums {
  const afterHeader = sumsOf(frame.subarray(0, 8), before, isBigEndian);
  return sumsOf(frame.subarray(FRAME_HEADER_BYTES), afterHeader, isBigEndian);
}

function sumsOf(bytes: Buffer, [first, second]: Sums, isBigEndian: boolean): Sums {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; at += 8) {
    first = (first + words.getUint32(at, !isBigEndian) + second) >>> 0;
    second = (second + words.getUint32(at + 4, !isBigEndian) + first) >>> 0;
  }
  return [first, second];
}

function storedSums(bytes: Buffer, at: number): Sums {
  return [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
}

function equal([a, b]: Sums, [c, d]: Sums): boolean {
  return a === c && b === d;
}
