// From what a request or a connection_init carries to the principal that policy judges.
import { hash } from 'node:crypto';
import { badRequest, unauthenticated } from '../graphql/api-error.js';
import { textFault } from '../graphql/input-text.js';
import type { Principal } from '../graphql/policy.js';
import type { SignIn } from '../tokens/sign-in.js';

/** As they came from the network; anything may be missing, null or of the wrong shape. */
export interface Credentials {
  readonly authorization: unknown;
  /** Guest secrets, separated by commas. */
  readonly cartToken: unknown;
  readonly accessReason: unknown;
}

/** Believes a JWT or rejects; see the tokens room. */
export type TokenVerifier = (jwt: string) => Promise<SignIn>;

const maxCartTokens = 50;
const maxReasonLength = 200;

/**
 * @throws ApiError UNAUTHENTICATED for a sign-in that cannot be believed: it is refused, not
 * ignored, so that nobody takes an expired sign-in for an empty shop. SERVICE_UNAVAILABLE when the
 * identity provider cannot be asked.
 */
export async function principalOf(
  credentials: Credentials,
  verify: TokenVerifier,
): Promise<Principal> {
  const cartTokenHashes = hashesOf(credentials.cartToken);
  if (credentials.authorization == null) return { kind: 'guest', cartTokenHashes };
  const { subject, role, expiresAt } = await believe(credentials.authorization, verify);
  const accessReason = reasonOf(credentials.accessReason);
  return {
    kind: role,
    subject,
    expiresAt,
    cartTokenHashes,
    ...(accessReason === undefined ? {} : { accessReason }),
  };
}

async function believe(authorization: unknown, verify: TokenVerifier) {
  const jwt = typeof authorization === 'string' ? /^Bearer +(\S+)$/i.exec(authorization)?.[1] : '';
  if (!jwt) throw unauthenticated();
  try {
    return await verify(jwt);
  } catch (error) {
    const refusal = isOutage(error) ? notNow() : unauthenticated();
    throw Object.assign(refusal, { cause: error });
  }
}

const notNow = () =>
  badRequest('SERVICE_UNAVAILABLE', 'Sign-ins cannot be checked now. Try again.');

/** The identity provider's keys could not be fetched, which says nothing about the token. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  const unreachable = error.message === 'fetch failed';
  return unreachable || code === 'ERR_JWKS_TIMEOUT' || code === 'ERR_JOSE_GENERIC';
}

/** Before any field is asked, so the request as a whole is bad. */
const badTokens = (message: string) => badRequest('BAD_USER_INPUT', message);

function hashesOf(cartToken: unknown): readonly string[] {
  if (cartToken == null || cartToken === '') return [];
  if (typeof cartToken !== 'string') throw badTokens('A cart token is text.');
  const tokens = cartToken.split(',', maxCartTokens + 1);
  if (tokens.length > maxCartTokens) throw badTokens(`At most ${maxCartTokens} cart tokens.`);
  return tokens.map((token) => hash('sha256', token.trim(), 'hex'));
}

/** What is recorded with each look: it has to be a text like any other input. */
function reasonOf(accessReason: unknown): string | undefined {
  if (typeof accessReason !== 'string' || accessReason.trim() === '') return undefined;
  const reason = accessReason.trim();
  const fault = textFault(reason);
  if (fault !== undefined) throw badTokens(`A reason must be one line, without ${fault}.`);
  // By whole characters, so that none is cut in half.
  return Array.from(reason).slice(0, maxReasonLength).join('');
}

/**
 * A header as the text that was typed: HTTP hands its bytes on one by one, and most programs send
 * UTF-8. Bytes that are no UTF-8 stay what they are.
 */
export function headerText(value: string | string[] | undefined): string | string[] | undefined {
  if (typeof value !== 'string') return value;
  const text = Buffer.from(value, 'latin1').toString();
  return text.includes('\ufffd') ? value : text;
}
