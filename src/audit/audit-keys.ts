// The key by which a data folder signs log roots and mends of hash chains.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keptSecret } from '../tokens/key-folder.js';
import { newSigningKey, publicKeyOf } from './signed-log-root.js';

export const PUBLIC_KEY = 'audit-public.pem';
const PRIVATE_KEY = 'audit-private.pem';

/** The private key, PEM, made at the first use. */
export function signingKey(dataDir: string): Promise<string> {
  return keptSecret(dataDir, PRIVATE_KEY, () => Promise.resolve(newSigningKey()));
}

/**
 * The public key, PEM, whose signatures count: of the file, or else of this data folder; undefined
 * where that has none. @throws the system's error for a file that cannot be read
 */
export async function trustedKey(dataDir: string, file?: string): Promise<string | undefined> {
  if (file !== undefined) return readFile(file, 'utf8');
  try {
    return publicKeyOf(await readFile(join(dataDir, 'keys', PRIVATE_KEY), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
