// The witness of a log: a small file beside it with the position of the last acknowledged write. It
// is written after each commit and before the responses. After a crash the log must reach at least
// that position.
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';
import { ownAs } from './disk.js';

/** The last acknowledged event. */
export interface Acknowledged {
  readonly position: number;
  /** Its checksum. */
  readonly sum: number;
}

/**
 * Two records, written alternately: a write that a power failure interrupts leaves the other one.
 */
const RECORDS = 2;
const RECORD_BYTES = 16;

const CREATED = constants.O_RDWR | constants.O_CREAT;

export function witnessPath(logPath: string): string {
  return `${logPath}-ack`;
}

/**
 * The writes are not synced, but survive the end of the process, because the operating system has
 * them. After a power failure the witness may be older than the synced log, never newer.
 */
export class Witness {
  private descriptor: number | undefined;
  private readonly record = Buffer.alloc(RECORD_BYTES);
  private turn = 0;

  constructor(private readonly logPath: string) {}

  /**
   * Called before a commit, which must not follow where the witness finds no room: what is stored
   * could not be refused any more.
   *
   * @throws the system's error
   */
  prepare(): void {
    this.descriptor ??= openWithRoom(this.logPath);
  }

  /** Never fails: the commit stands, and a witness that is older than the log is no harm. */
  keep({ position, sum }: Acknowledged): void {
    if (this.descriptor === undefined) return;
    this.record.writeDoubleBE(position, 0);
    this.record.writeInt32BE(sum, 8);
    this.record.writeUInt32BE(crc32(this.record.subarray(0, 12)), 12);
    try {
      writeSync(this.descriptor, this.record, 0, RECORD_BYTES, this.turn * RECORD_BYTES);
      this.turn = (this.turn + 1) % RECORDS;
    } catch {
      // The next commit tries again.
    }
  }

  /** Called after the log was closed. If the log's file is complete, the witness is removed. */
  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
    const wal = statSync(`${this.logPath}-wal`, { throwIfNoEntry: false });
    if (wal === undefined || wal.size === 0) removeWitness(this.logPath);
  }
}

/** Later writes are in place, so that a full disk does not refuse them. */
function openWithRoom(logPath: string): number {
  const path = witnessPath(logPath);
  const descriptor = openSync(path, CREATED, 0o600);
  try {
    ownAs(path, logPath);
    const { size } = fstatSync(descriptor);
    const missing = RECORDS * RECORD_BYTES - size;
    if (missing > 0) writeSync(descriptor, Buffer.alloc(missing), 0, missing, size);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

export function removeWitness(logPath: string): void {
  rmSync(witnessPath(logPath), { force: true });
}

/** Undefined when there is no witness, or a power failure left it unreadable. */
export function readWitness(logPath: string): Acknowledged | undefined {
  const path = witnessPath(logPath);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const bytes = readFileSync(path);
  let newest: Acknowledged | undefined;
  for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
    const record = bytes.subarray(at, at + RECORD_BYTES);
    if (crc32(record.subarray(0, 12)) !== record.readUInt32BE(12)) continue;
    const position = record.readDoubleBE(0);
    if (newest === undefined || position > newest.position) {
      newest = { position, sum: record.readInt32BE(8) };
    }
  }
  return newest;
}
