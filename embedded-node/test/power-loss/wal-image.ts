// Images of a log as a power loss may leave them: the files as they were at a moment, with
// everything after what was acknowledged cut off, garbled, or followed by what the disk happened to
// hold.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../model/random.js';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/**
 * Where the frames end that belong to the log. A WAL is written anew from its beginning after a
 * checkpoint, and what lies behind then is older; frames of its own carry the header's salts.
 * Source: "The WAL File Format" in SQLite's documentation of its database file format.
 */
export function endOfFrames(wal: Buffer): number {
  if (wal.length < HEADER_BYTES) return 0;
  const frameBytes = FRAME_HEADER_BYTES + wal.readUInt32BE(8);
  const salts = wal.subarray(16, 24);
  let end = HEADER_BYTES;
  while (end + frameBytes <= wal.length && wal.subarray(end + 8, end + 16).equals(salts)) {
    end += frameBytes;
  }
  return end;
}

/** The files of a log at a moment at which everything in them was acknowledged. */
export class Image {
  private constructor(
    private readonly file: Buffer,
    readonly wal: Buffer,
    /** The length of the WAL that an acknowledgement stands for. */
    readonly acknowledgedBytes: number,
  ) {}

  static async of(dataDir: string, fileName: string): Promise<Image> {
    const wal = await readFile(join(dataDir, `${fileName}-wal`));
    return new Image(await readFile(join(dataDir, fileName)), wal, endOfFrames(wal));
  }

  /** The WAL that comes later begins with this one's frames: no checkpoint was between them. */
  isBefore(later: Image): boolean {
    const { acknowledgedBytes } = this;
    return (
      later.acknowledgedBytes > acknowledgedBytes &&
      later.file.equals(this.file) &&
      later.wal.subarray(0, acknowledgedBytes).equals(this.wal.subarray(0, acknowledgedBytes))
    );
  }

  async writeTo(dataDir: string, fileName: string, wal: Buffer): Promise<void> {
    await mkdir(dataDir, { recursive: true });
    await writeFile(join(dataDir, fileName), this.file);
    await writeFile(join(dataDir, `${fileName}-wal`), wal);
  }
}

/** What may be found of a WAL after its acknowledged bytes, by name. */
export const damages: Readonly<
  Record<string, (image: Image, later: Image, random: Random) => Buffer>
> = {
  'cut off at the acknowledgement': (image) => acknowledged(image),
  'cut off in the next write': (image, later, random) => {
    const { acknowledgedBytes: from } = image;
    return later.wal.subarray(0, from + random.below(later.acknowledgedBytes - from));
  },
  'garbled in the next write': (image, later, random) => {
    const wal = Buffer.from(later.wal.subarray(0, later.acknowledgedBytes));
    const from = image.acknowledgedBytes;
    for (let i = 0; i <= random.below(20); i++) {
      const at = from + random.below(wal.length - from);
      wal[at] = wal[at]! ^ (1 + random.below(255));
    }
    return wal;
  },
  'the next write never came but its length': (image, later) => {
    const zeros = Buffer.alloc(later.acknowledgedBytes - image.acknowledgedBytes);
    return Buffer.concat([acknowledged(image), zeros]);
  },
  'the pages of the next write in another order': (image, later, random) => {
    const from = image.acknowledgedBytes;
    const next = later.wal.subarray(from, later.acknowledgedBytes);
    const at = random.below(next.length);
    return Buffer.concat([acknowledged(image), next.subarray(at), next.subarray(0, at)]);
  },
  'followed by noise': (image, _later, random) => {
    const noise = Buffer.from(
      Array.from({ length: 1 + random.below(20_000) }, () => random.below(256)),
    );
    return Buffer.concat([acknowledged(image), noise]);
  },
};

function acknowledged({ wal, acknowledgedBytes }: Image): Buffer {
  return wal.subarray(0, acknowledgedBytes);
}
