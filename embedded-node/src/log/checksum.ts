// The checksum of an event: over all of its stored data, and over the checksum of the previous
// event in the log. Stored format: change only by adding a version.
import { crc32 } from 'node:zlib';
import type { LoggedEvent } from './logged-event.js';

/** The previous checksum of a log's first event. */
export const NOTHING_BEFORE = 0;

/**
 * CRC-32 (as in zlib) as a signed number, which SQLite stores in four bytes. It covers the lengths,
 * so that no byte can move between parts unnoticed.
 *
 * @param before the checksum of the event at the previous position
 */
export function checksumOf(event: LoggedEvent, before: number): number {
  const { position, stream, revision, id, type, isJson, createdMs, data, metadata } = event;
  const fields =
    `${before} ${position} ${revision} ${id} ${createdMs} ${isJson ? 1 : 0} ` +
    `${type.length} ${data.length} ${metadata.length} ${type} ${stream}`;
  return crc32(metadata, crc32(data, crc32(fields))) | 0;
}
