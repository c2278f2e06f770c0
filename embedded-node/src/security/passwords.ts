// Stored passwords: hashed by scrypt with a salt for each, deliberately slow, outside of the node's
// thread.
import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** Stored format of users: the cost precedes the hash, so that it can be raised later. */
export interface PasswordHash {
  /** `scrypt:N:r:p:` and 32 bytes in base64. */
  readonly hash: string;
  /** 16 bytes in base64. */
  readonly salt: string;
}

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** OWASP's second recommended row for scrypt: 16 MiB for a verification, with p = 5. */
const COST = { N: 16_384, r: 8, p: 5 } as const;
const HASH_BYTES = 32;
const SALT_BYTES = 16;
const STORED = /^scrypt:(\d{1,7}):(\d{1,2}):(\d{1,2}):([a-z0-9+/]+={0,2})$/i;

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES);
  const derived = await derive(password, salt, HASH_BYTES, COST);
  const { N, r, p } = COST;
  return {
    hash: `scrypt:${N}:${r}:${p}:${derived.toString('base64')}`,
    salt: salt.toString('base64'),
  };
}

/** Also false for a hash in another format. */
export async function isPassword(password: string, stored: PasswordHash): Promise<boolean> {
  const [, N, r, p, encoded = ''] = STORED.exec(stored.hash) ?? [];
  const expected = Buffer.from(encoded, 'base64');
  if (expected.length !== HASH_BYTES) return false;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  // A manually stored hash must not make the node use unlimited memory or time.
  if (cost.N > COST.N || cost.r > COST.r || cost.p > COST.p) return false;
  const derived = await derive(password, Buffer.from(stored.salt, 'base64'), HASH_BYTES, cost);
  return timingSafeEqual(derived, expected);
}
