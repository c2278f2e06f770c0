// AES-256-GCM, as NIST SP 800-38D describes it: a random 96-bit nonce for each text, and a tag of
// 128 bits that shows any change. Stored format: base64url of nonce, ciphertext and tag.
import { createCipheriv, createDecipheriv } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The source of random bytes: `randomBytes` of node:crypto outside of tests. */
export type RandomBytes = (count: number) => Buffer;

/** The text was encrypted with another key or for another purpose, or was changed. */
export class CannotDecryptError extends Error {
  override readonly name = 'CannotDecryptError';
}

/** @param purpose what the text is for; it decrypts for no other purpose */
export function encrypted(
  plain: Buffer,
  key: Buffer,
  purpose: string,
  randomBytes: RandomBytes,
): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
}

/** @throws CannotDecryptError */
export function decrypted(text: string, key: Buffer, purpose: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new CannotDecryptError('The text is too short');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
  try {
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch (cause) {
    throw new CannotDecryptError('The key or the purpose is another one', { cause });
  }
}
