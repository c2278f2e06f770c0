// Secrets that are created at the first start in the data folder, readable only by their owner.
// Several processes may start at once on one folder: the first to write a name wins, and all read
// its value.
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The content of `DATA_DIR/keys/<name>`; `make` creates it if it does not exist. */
export async function keptSecret(
  dataDir: string,
  name: string,
  make: () => Promise<string>,
): Promise<string> {
  const folder = join(dataDir, 'keys');
  const path = join(folder, name);
  const known = await contentOf(path);
  if (known !== undefined) return known;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, await make(), { mode: 0o600 });
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
  return Buffer.from(await keptSecret(dataDir, 'cart-tokens.secret', make), 'base64url');
}
