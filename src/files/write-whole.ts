// A small file that is replaced as a whole: after a crash or a power failure, it has the old
// content or the new.
import { rename, writeFile } from 'node:fs/promises';

/** Two processes must not write the same path at once. */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  mode = 0o600,
): Promise<void> {
  const unfinished = `${path}.new`;
  // Otherwise, the new name could be on disk before the content is.
  await writeFile(unfinished, content, { mode, flush: true });
  await rename(unfinished, path);
}
