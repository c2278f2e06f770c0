// The checkpoint of a subscription without rows, in a small file.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { ComputedTo } from '../event-store/log-place.js';

export interface PositionStore {
  /** The last handled event; undefined for the start of the log. */
  load(): Promise<ComputedTo | undefined>;
  save(computedTo: ComputedTo): Promise<void>;
  /** The next start reads from the start of the log. */
  forget(): Promise<void>;
}

export class PositionFile implements PositionStore {
  constructor(private readonly path: string) {}

  async load(): Promise<ComputedTo | undefined> {
    try {
      // An unreadable file counts as none: handling an event again changes nothing.
      const text = (await readFile(this.path, 'utf8')).trim();
      const [, position, eventId] = /^(\d{1,20})(?: (\S+))?$/.exec(text) ?? [];
      return position === undefined ? undefined : { position: BigInt(position), eventId };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async forget(): Promise<void> {
    await rm(this.path, { force: true });
  }

  /** A crash during the save leaves the previous position. */
  async save({ position, eventId }: ComputedTo): Promise<void> {
    await writeFile(
      `${this.path}.new`,
      [position, ...(eventId === undefined ? [] : [eventId])].join(' '),
    );
    await rename(`${this.path}.new`, this.path);
  }
}
