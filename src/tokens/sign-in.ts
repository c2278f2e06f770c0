// Verifies sign-ins, and mints sign-ins for tests.
import { createRemoteJWKSet, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { LOCAL_ALGORITHM, localKey } from './local-key.js';

export const roles = ['customer', 'support', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface SignIn {
  readonly subject: string;
  readonly role: Role;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface SignInSettings {
  readonly dataDir: string;
  readonly issuer: string;
  readonly audience: string;
  /** Where the identity provider publishes its keys; undefined: the data folder's own key. */
  readonly jwksUrl?: string;
}

/** A sign-in is valid for at most 15 minutes, even if it claims more. */
export const MAX_TTL_SECONDS = 15 * 60;
/**
 * The algorithms of identity providers. Symmetric ones are excluded: a public key is not a secret.
 */
const PROVIDER_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** Returns the signed-in user. Rejects an invalid token without telling its sender why. */
export async function createTokenVerifier(
  settings: SignInSettings,
): Promise<(jwt: string) => Promise<SignIn>> {
  const { issuer, audience, jwksUrl } = settings;
  const common = { issuer, audience, maxTokenAge: MAX_TTL_SECONDS, requiredClaims: ['exp', 'sub'] };
  if (jwksUrl !== undefined) {
    const keys = createRemoteJWKSet(new URL(jwksUrl));
    return async (jwt) =>
      signInOf(
        (await jwtVerify(jwt, keys, { ...common, algorithms: PROVIDER_ALGORITHMS })).payload,
      );
  }
  const { publicKey } = await localKey(settings.dataDir);
  return async (jwt) =>
    signInOf(
      (await jwtVerify(jwt, publicKey, { ...common, algorithms: [LOCAL_ALGORITHM] })).payload,
    );
}

/**
 * Mints a sign-in that a server with the same data folder accepts.
 *
 * @throws RangeError for an invalid lifetime
 */
export async function mintToken(
  settings: SignInSettings,
  { subject, role, ttlSeconds }: { subject: string; role: Role; ttlSeconds: number },
): Promise<string> {
  if (!(ttlSeconds > 0 && ttlSeconds <= MAX_TTL_SECONDS)) {
    throw new RangeError('A sign-in lasts from 1 second to 15 minutes');
  }
  const { privateKey } = await localKey(settings.dataDir);
  return new SignJWT({ role })
    .setProtectedHeader({ alg: LOCAL_ALGORITHM })
    .setSubject(subject)
    .setIssuer(settings.issuer)
    .setAudience(settings.audience)
    .setIssuedAt()
    .setExpirationTime(`${ttlSeconds}s`)
    .sign(privateKey);
}

function signInOf({ sub: subject, iat, exp, role }: JWTPayload): SignIn {
  const known = roles.find((name) => name === role);
  if (
    subject === undefined ||
    subject === '' ||
    exp === undefined ||
    iat === undefined ||
    known === undefined
  ) {
    throw new TypeError('A sign-in names a subject, a role that is known, and an end');
  }
  // A connection may outlive the check of the token's age, so its end includes the maximum age.
  const expiresAt = Math.min(exp, iat + MAX_TTL_SECONDS) * 1000;
  return { subject, role: known, expiresAt };
}
