// Who may be believed: mints sign-ins for trying things out, and checks those that come.
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

/** A sign-in is believed for 15 minutes at most, whatever it says itself. */
export const MAX_TTL_SECONDS = 15 * 60;
/** What providers sign with. Symmetric algorithms are not among them: a public key is no secret. */
const PROVIDER_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/**
 * Gives who signed in. Rejects a token that is not to be believed, and does not say why to whom
 * sent it.
 */
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
 * A sign-in that a server on the same data folder believes. @throws RangeError for a bad lifetime
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
  // A connection may outlive the check of the age, so the end that it is told has the age in it.
  const expiresAt = Math.min(exp, iat + MAX_TTL_SECONDS) * 1000;
  return { subject, role: known, expiresAt };
}
