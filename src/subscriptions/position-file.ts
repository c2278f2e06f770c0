// How far a subscription that keeps no rows has looked through the log, in a small file.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';

export class PositionFile {
  constructor(private readonly path: string) {}

  /** Commit position of the last event that was handled; −1 for the start of the log. */
  async load(): Promise<bigint> {
    try {
      const text = (await readFile(this.path, 'utf8')).trim();
      // What cannot be read is as good as nothing: handling an event again changes nothing.
      return /^\d{1,20}$/.test(text) ? BigInt(text) : -1n;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return -1n;
      throw error;
    }
  }

  /** The next start begins at the start of the log. */
  async forget(): Promise<void> {
    await rm(this.path, { force: true });
  }

  /** A crash in the middle leaves the position that was there before. */
  async save(position: bigint): Promise<void> {
    await writeFile(`${this.path}.new`, String(position));
    await rename(`${this.path}.new`, this.path);
  }
}
