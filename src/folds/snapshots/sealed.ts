// Bytes under a seal that says what they are: whatever damage a file took, what comes out of it is
// what was put in under this very name, or nothing.
import { createHash } from 'node:crypto';

/** A seal is broken, or what it should close over is not there. */
export class DamagedSnapshotError extends Error {
  override readonly name = 'DamagedSnapshotError';
  constructor(what: readonly unknown[]) {
    super(`A snapshot is not what was stored: ${JSON.stringify(what)}`);
  }
}

const SEAL_BYTES = 32;

/** @param name all that tells these bytes from any others of the file */
export function sealed(name: readonly unknown[], content: Uint8Array): Buffer {
  return Buffer.concat([sealOf(name, content), content]);
}

/** @throws DamagedSnapshotError */
export function unsealed(name: readonly unknown[], bytes: unknown): Buffer {
  if (!(bytes instanceof Uint8Array)) throw new DamagedSnapshotError(name);
  const stored = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const content = stored.subarray(SEAL_BYTES);
  if (!stored.subarray(0, SEAL_BYTES).equals(sealOf(name, content))) {
    throw new DamagedSnapshotError(name);
  }
  return content;
}

function sealOf(name: readonly unknown[], content: Uint8Array): Buffer {
  return createHash('sha256').update(JSON.stringify(name)).update(content).digest();
}
