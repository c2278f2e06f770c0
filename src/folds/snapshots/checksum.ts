// A checksum over bytes and over their place in the file, so that a damaged or misplaced row is
// noticed. The log confirms the rest: the event id and the hash chain's link at which a snapshot
// ends.
import { crc32 } from 'node:zlib';

/** A row of the file is not what was stored there. */
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

/** @param place fold, stream and revision: what tells this row from any other of the file */
export function checksummed(place: readonly unknown[], content: Uint8Array): ChecksummedRow {
  return { content, checksum: checksumOf(place, content) };
}

/** The row's content. @throws DamagedSnapshotError */
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
