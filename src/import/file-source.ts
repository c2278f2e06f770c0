// The bytes of a file, unzipped if they are gzip. They can be read several times, because the form
// is detected before the lines are read.
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { fileError } from './file-errors.js';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const CHUNK_BYTES = 64 * 1024;

export class FileSource {
  private constructor(
    readonly path: string,
    private readonly isGzip: boolean,
    /** All bytes of a source that can be read only once, such as a pipe; undefined for a file. */
    private readonly kept: Buffer | undefined,
  ) {}

  /**
   * @throws NotOnlineRetailError for a folder, and the system's error for a file that cannot be
   * read
   */
  static async open(path: string): Promise<FileSource> {
    try {
      const isFile = (await stat(path)).isFile();
      const kept = isFile ? undefined : await buffer(createReadStream(path));
      const start = kept ?? (await firstBytes(path));
      const isGzip = path.endsWith('.gz') || start.subarray(0, 2).equals(GZIP_MAGIC);
      return new FileSource(path, isGzip, kept);
    } catch (error) {
      throw fileError(path, error);
    }
  }

  /** @throws NotOnlineRetailError for damaged gzip, and the system's error */
  async *bytes(): AsyncIterable<Buffer> {
    const { path, kept } = this;
    const raw = kept === undefined ? createReadStream(path) : Readable.from(chunksOf(kept));
    // The iteration below throws the same error, so the callback ignores it.
    const bytes = this.isGzip ? pipeline(raw, createGunzip(), () => undefined) : raw;
    try {
      yield* bytes as AsyncIterable<Buffer>;
    } catch (error) {
      throw fileError(path, error);
    } finally {
      raw.destroy();
    }
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer: bytes, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function* chunksOf(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    yield bytes.subarray(at, at + CHUNK_BYTES);
  }
}
