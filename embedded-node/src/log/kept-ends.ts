// The ends of a large log's streams, kept in a file beside it: a start then reads what was written
// since, and not the whole index. The file is never more than a help: one that is missing, damaged
// or of another log costs a full read. Stored format: change only with the first number.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { ownAs } from './disk.js';

/** The log up to which the ends are kept. The chained checksum stands for everything before it. */
export interface KeptAt {
  readonly position: number;
  /** The checksum of the event there. */
  readonly sum: number;
  /** Number of events that scavenges removed: a scavenge moves no position. */
  readonly scavenged: number;
}

/** By the number of a stream, from 0, which none has. */
export interface KeptEnds extends KeptAt {
  readonly codes: Float64Array;
  /** Checksums of the streams' names. */
  readonly names: Uint32Array;
}

/** "ENDS", and the format. */
const FORMAT = 0x45_4e_44_53_01;
const HEADER = 5;
const NUMBER_BYTES = 8;
const NAME_BYTES = 4;
const SUM_BYTES = 4;

export function keptEndsPath(logPath: string): string {
  return `${logPath}-ends`;
}

/** Not synced: after a power failure, the checksum tells whether the file can be used. */
export function keepEnds(
  logPath: string,
  { position, sum, scavenged, codes, names }: KeptEnds,
): void {
  const header = Float64Array.of(FORMAT, position, sum, scavenged, codes.length);
  const content = Buffer.concat([header, codes, names].map(bytesOf));
  const checksum = Buffer.alloc(SUM_BYTES);
  checksum.writeUInt32LE(crc32(content));
  const unfinished = `${keptEndsPath(logPath)}.new`;
  writeFileSync(unfinished, Buffer.concat([content, checksum]), { mode: 0o600 });
  ownAs(unfinished, logPath);
  renameSync(unfinished, keptEndsPath(logPath));
}

export function removeKeptEnds(logPath: string): void {
  rmSync(keptEndsPath(logPath), { force: true });
}

/** Undefined without a file that can be used. */
export function readKeptEnds(logPath: string): KeptEnds | undefined {
  const bytes = contentOf(keptEndsPath(logPath));
  if (bytes === undefined) return undefined;
  const end = bytes.length - SUM_BYTES;
  if (end < HEADER * NUMBER_BYTES) return undefined;
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) return undefined;
  // A copy, because a view must begin at a multiple of its numbers' size.
  const { buffer } = Uint8Array.from(bytes.subarray(0, end));
  const [format, position = 0, sum = 0, scavenged = 0, count = 0] = new Float64Array(
    buffer,
    0,
    HEADER,
  );
  const isWhole = end === HEADER * NUMBER_BYTES + count * (NUMBER_BYTES + NAME_BYTES);
  if (format !== FORMAT || !isWhole) return undefined;
  const codes = new Float64Array(buffer, HEADER * NUMBER_BYTES, count);
  const names = new Uint32Array(buffer, (HEADER + count) * NUMBER_BYTES, count);
  return { position, sum, scavenged, codes, names };
}

/** Undefined where nothing can be read, whatever the reason is. */
function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
