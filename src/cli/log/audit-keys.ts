// The key by which a data folder signs checkpoints and mends of hash chains.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newSigningKey, publicKeyOf } from '../../audit/signed-log-root.js';
import type { Config } from '../../service/config.js';
import { keptSecret } from '../../tokens/key-folder.js';

export const PUBLIC_KEY = 'audit-public.pem';
const PRIVATE_KEY = 'audit-private.pem';

/** Made at the first use. */
export function signingKey({ dataDir }: Config): Promise<string> {
  return keptSecret(dataDir, PRIVATE_KEY, () => Promise.resolve(newSigningKey()));
}

/**
 * The public key, PEM, whose signatures count: of the file, or else of this data folder; undefined
 * where that has none. @throws the system's error for a file that cannot be read
 */
export async function trustedKey(
  { dataDir }: Config,
  file: string | undefined,
): Promise<string | undefined> {
  if (file !== undefined) return readFile(file, 'utf8');
  try {
    return publicKeyOf(await readFile(join(dataDir, 'keys', PRIVATE_KEY), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
