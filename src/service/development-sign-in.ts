// Decides whether people may sign in without an identity provider, and mints their tokens.
import { isLoopback, type SignInMinter } from '../http/sign-in-route.js';
import { MAX_TTL_SECONDS, mintToken } from '../tokens/sign-in.js';
import type { Config } from './config.js';

/**
 * Undefined where nobody may: in production, beside an identity provider, and when other computers
 * can reach the service.
 */
export function developmentSignIn({
  production,
  host,
  jwt,
  dataDir,
}: Pick<Config, 'production' | 'host' | 'jwt' | 'dataDir'>): SignInMinter | undefined {
  if (production || jwt.jwksUrl !== undefined || !isLoopback(host)) return undefined;
  return async ({ subject, role }) => {
    const expiresAt = Date.now() + MAX_TTL_SECONDS * 1_000;
    const ttlSeconds = MAX_TTL_SECONDS;
    const token = await mintToken({ ...jwt, dataDir }, { subject, role, ttlSeconds });
    return { token, expiresAt };
  };
}
