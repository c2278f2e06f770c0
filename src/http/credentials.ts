// Converts the credentials of a request or a connection_init to a principal for the policy.
import { hash, randomUUID } from 'node:crypto';
import { badRequest, unauthenticated } from '../graphql/api-error.js';
import { textFault } from '../graphql/input-text.js';
import type { Principal } from '../graphql/policy.js';
import type { SignIn } from '../tokens/sign-in.js';

/** As received; each may be missing, null or of the wrong type. */
export interface Credentials {
  readonly authorization: unknown;
  /** Guest secrets, separated by commas. */
  readonly cartToken: unknown;
  readonly accessReason: unknown;
}

/**
 * The credentials in the payload of a `connection_init`. Playgrounds send there the headers that
 * their user typed, so each has the name of its header too, in any case.
 */
export function credentialsIn(payload: Readonly<Record<string, unknown>> = {}): Credentials {
  const sent = new Map(Object.entries(payload).map(([key, value]) => [key.toLowerCase(), value]));
  return {
    authorization: sent.get('authorization') ?? bearerIn(sent.get('token')),
    cartToken: sent.get('carttoken') ?? sent.get('x-cart-token'),
    accessReason: sent.get('accessreason') ?? sent.get('x-access-reason'),
  };
}

/** Apollo Router puts the header `authorization` of its own client there. */
const bearerIn = (token: unknown) =>
  typeof token === 'string' && /^Bearer /i.test(token) ? token : undefined;

/** Verifies a JWT, or rejects; see the tokens folder. */
export type TokenVerifier = (jwt: string) => Promise<SignIn>;

const maxCartTokens = 50;
const maxReasonLength = 200;

/**
 * @throws ApiError UNAUTHENTICATED for an invalid sign-in: it is refused instead of ignored, so
 * that an expired sign-in does not look like an empty cart; SERVICE_UNAVAILABLE when the identity
 * provider does not answer
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

/** The identity provider's keys could not be fetched; the token may still be valid. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  const unreachable = error.message === 'fetch failed';
  return unreachable || code === 'ERR_JWKS_TIMEOUT' || code === 'ERR_JOSE_GENERIC';
}

/** The request fails as a whole, before any field runs. */
const badTokens = (message: string) => badRequest('BAD_USER_INPUT', message);

function hashesOf(cartToken: unknown): readonly string[] {
  if (cartToken == null || cartToken === '') return [];
  if (typeof cartToken !== 'string') throw badTokens('The cart token must be a string.');
  const tokens = cartToken.split(',', maxCartTokens + 1);
  if (tokens.length > maxCartTokens) throw badTokens(`Send at most ${maxCartTokens} cart tokens.`);
  return tokens.map((token) => hash('sha256', token.trim(), 'hex'));
}

/** The reason is logged with each access, so the text rule applies to it too. */
function reasonOf(accessReason: unknown): string | undefined {
  if (typeof accessReason !== 'string' || accessReason.trim() === '') return undefined;
  const reason = accessReason.trim();
  const fault = textFault(reason);
  if (fault !== undefined) throw badTokens(`A reason must be one line, without ${fault}.`);
  // Cut by whole characters, so that none is cut in half.
  return Array.from(reason).slice(0, maxReasonLength).join('');
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The id that the client sent, or a new one. Proxies put ids of many forms into this header, so one
 * that is not a UUID is replaced, not refused.
 */
export function correlationIdOf(sent: unknown): string {
  return typeof sent === 'string' && uuid.test(sent) ? sent.toLowerCase() : randomUUID();
}

/**
 * A header as the text that was typed. HTTP delivers single bytes, and most programs send UTF-8.
 * Bytes that are not UTF-8 stay as they are.
 */
export function headerText(value: string | string[] | undefined): string | string[] | undefined {
  if (typeof value !== 'string') return value;
  const text = Buffer.from(value, 'latin1').toString();
  return text.includes('\ufffd') ? value : text;
}
