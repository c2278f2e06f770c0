// The key by which a data folder signs log roots and mends of hash chains.
import { readFile } from 'node:fs/promises';
import { keptSecret, soundSecret } from '../tokens/key-folder.js';
import { newSigningKey, publicKeyOf } from './signed-log-root.js';

export const PUBLIC_KEY = 'audit-public.pem';
const PRIVATE_KEY = 'audit-private.pem';

/** The private key, PEM, made at the first use. */
export function signingKey(dataDir: string): Promise<string> {
  return keptSecret(dataDir, PRIVATE_KEY, () => Promise.resolve(newSigningKey()), publicKeyOf);
}

/**
 * The public key, PEM, whose signatures count: of the file, or else of this data folder; undefined
 * where that has none.
 *
 * @throws KeyFileError, or the system's error for a file that cannot be read
 */
export async function trustedKey(dataDir: string, file?: string): Promise<string | undefined> {
  if (file !== undefined) return readFile(file, 'utf8');
  const key = await soundSecret(dataDir, PRIVATE_KEY, publicKeyOf);
  return key === undefined ? undefined : publicKeyOf(key);
}
