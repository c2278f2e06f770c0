// Secrets that are created at the first start in the data folder, readable only by their owner.
// Several processes may start at once on one folder: the first to write a name wins, and all read
// its value.
import { randomBytes } from 'node:crypto';
import { chown, link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The file of a key was cut: with an empty key, anyone could make tokens. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

/**
 * The content of `DATA_DIR/keys/<name>`; `make` creates it if it does not exist.
 *
 * @param demandSound throws for a text that is no such key
 * @throws KeyFileError
 */
export async function keptSecret(
  dataDir: string,
  name: string,
  make: () => Promise<string>,
  demandSound: (text: string) => unknown = () => undefined,
): Promise<string> {
  const path = pathOf(dataDir, name);
  return sound((await contentOf(path)) ?? (await created(path, make)), path, demandSound);
}

/** As `keptSecret`, but undefined if it does not exist. */
export async function soundSecret(
  dataDir: string,
  name: string,
  demandSound: (text: string) => unknown,
): Promise<string | undefined> {
  const path = pathOf(dataDir, name);
  const text = await contentOf(path);
  return text === undefined ? undefined : sound(text, path, demandSound);
}

const pathOf = (dataDir: string, name: string) => join(dataDir, 'keys', name);

function sound(text: string, path: string, demandSound: (text: string) => unknown): string {
  try {
    demandSound(text);
    return text;
  } catch {
    throw new KeyFileError(
      `${path} is damaged: restore it from a backup, or remove it, and what it has signed is void`,
    );
  }
}

/** The text of the first process to write it. */
async function created(path: string, make: () => Promise<string>): Promise<string> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  // After a power failure, a name that is on disk must not lead to an empty file.
  await writeFile(draft, await make(), { mode: 0o600, flush: true });
  await ownAsFolder(draft, folder);
  try {
    // Unlike a rename, a link fails if the file exists, and it never exposes a half-written file.
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path, 'utf8');
}

/** A key that root makes for the service of another user has to be that user's. */
export async function ownAsFolder(path: string, folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  if (uid !== 0) await chown(path, uid, gid);
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

const SECRET_BYTES = 32;

/** The key that cart tokens are derived from: 256 random bits. */
export async function loadSecret(dataDir: string): Promise<Buffer> {
  const make = () => Promise.resolve(randomBytes(SECRET_BYTES).toString('base64url'));
  const text = await keptSecret(dataDir, 'cart-tokens.secret', make, (kept) => {
    if (bytesOf(kept).length < SECRET_BYTES) throw new RangeError('It is too short');
  });
  return bytesOf(text);
}

const bytesOf = (text: string) => Buffer.from(text, 'base64url');
