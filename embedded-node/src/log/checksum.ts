// The checksum of an event: over everything that is stored of it, and over the checksum of the
// event before it in the log. Stored format: change only by adding a version.
import { crc32 } from 'node:zlib';
import type { LoggedEvent } from './logged-event.js';

/** What the first event of a log has in place of the checksum before it. */
export const NOTHING_BEFORE = 0;

/**
 * CRC-32 (as in zlib) as a signed number, which SQLite stores in four bytes. The lengths stand in
 * the sum, so that no byte can pass from one part to the next unnoticed.
 * @param before the checksum of the event at the position before
 */
export function checksumOf(event: LoggedEvent, before: number): number {
  const { position, stream, revision, id, type, isJson, createdMs, data, metadata } = event;
  const fields =
    `${before} ${position} ${revision} ${id} ${createdMs} ${isJson ? 1 : 0} ` +
    `${type.length} ${data.length} ${metadata.length} ${type} ${stream}`;
  return crc32(metadata, crc32(data, crc32(fields))) | 0;
}
