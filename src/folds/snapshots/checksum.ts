// Checksums a row's bytes together with its place in the file, to detect a damaged or misplaced
// row. The log confirms the rest: the event id and the chain hash at the end of a snapshot.
import { crc32 } from 'node:zlib';

/** The row does not match its checksum. */
export class DamagedSnapshotError extends Error {
  override readonly name = 'DamagedSnapshotError';
  constructor(place: readonly unknown[], options?: ErrorOptions) {
    super(`A snapshot is not what was stored: ${JSON.stringify(place)}`, options);
  }
}

export interface ChecksummedRow {
  readonly content: Uint8Array;
  readonly checksum: number;
}

/** @param place fold, stream and revision: the row's key in the file */
export function checksummed(place: readonly unknown[], content: Uint8Array): ChecksummedRow {
  return { content, checksum: checksumOf(place, content) };
}

/**
 * The row's content.
 *
 * @throws DamagedSnapshotError
 */
export function contentOf(place: readonly unknown[], row: Record<string, unknown> = {}): Buffer {
  const { content, checksum } = row;
  if (!(content instanceof Uint8Array) || checksum !== checksumOf(place, content)) {
    throw new DamagedSnapshotError(place);
  }
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}

function checksumOf(place: readonly unknown[], content: Uint8Array): number {
  return crc32(content, crc32(JSON.stringify(place)));
}
