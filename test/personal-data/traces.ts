// Looks for texts in everything that a service leaves: its files as they lie on the disk, with what
// SQLite keeps beside and inside of them, and every row of its Postgres. A text is also found as
// base64, as hexadecimal digits, and as UTF-16.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

type Finds = (content: Buffer) => boolean;

/** Small and capital letters are the same, apart from base64. */
export function finderOf(canaries: readonly string[]): Finds {
  const plain = canaries.flatMap((text) => [
    text.toLowerCase(),
    Buffer.from(text).toString('hex'),
    Buffer.from(text.toLowerCase(), 'utf16le').toString('latin1'),
  ]);
  const coded = canaries.flatMap(inBase64);
  return (content) => {
    const text = content.toString('latin1');
    const lower = text.toLowerCase();
    return plain.some((one) => lower.includes(one)) || coded.some((one) => text.includes(one));
  };
}

/** Fewer letters of base64 are in many files by chance. */
const TELLING = 8;

/** At each of the three places where it may begin, without what depends on its neighbours. */
function inBase64(text: string): readonly string[] {
  const pieces = [0, 1, 2].map((before) => {
    const encoded = Buffer.from(' '.repeat(before) + text).toString('base64');
    const whole = Math.floor((before + text.length) / 3) * 4;
    return encoded.slice(before === 0 ? 0 : 4, whole);
  });
  return pieces.filter(({ length }) => length >= TELLING);
}

/** Paths of the files of a folder in which something is found. */
export async function filesWith(folder: string, finds: Finds): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((at) => join(at.parentPath, at.name));
  const found = await Promise.all(
    files.map(async (path) => (finds(await contentOf(path)) ? [path] : [])),
  );
  return found.flat();
}

/** What SQLite keeps beside a file may go while it is listed. */
async function contentOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** Every row of every table, by table; empty without a database. */
export async function dumpOf(
  databaseUrl: string | undefined,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const dump = new Map<string, readonly string[]>();
  if (databaseUrl === undefined) return dump;
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    for (const { name } of tables) {
      const sql = `SELECT t::text AS row FROM "${name}" t`;
      const { rows } = await client.query<{ row: string }>(sql);
      dump.set(
        name,
        rows.map(({ row }) => row),
      );
    }
    return dump;
  } finally {
    await client.end();
  }
}
