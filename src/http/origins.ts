// Which web pages a browser may let talk to the service: its own, and those that were allowed.
import { isIP } from 'node:net';

/**
 * A program that is no browser sends no Origin and is judged by its credentials alone. Only host
 * and port are compared with the request's own, since a proxy may have ended TLS before us.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
}

/**
 * Where no origin is listed, a page is let in when its origin is the host that was asked. So the host
 * must be one that no stranger's DNS can point here: an address, localhost, or the name in HOST.
 */
export function isKnownHost(
  asked: string | undefined,
  { host, allowedOrigins }: { readonly host: string; readonly allowedOrigins: readonly string[] },
): boolean {
  if (asked === undefined || allowedOrigins.length > 0) return true;
  if (!URL.canParse(`http://${asked}`)) return false;
  const { hostname } = new URL(`http://${asked}`);
  return (
    isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 ||
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === host.toLowerCase()
  );
}

/** The headers of the CORS protocol for an origin on the list; none for any other. */
export function corsHeaders(
  origin: string | undefined,
  allowed: readonly string[],
): Readonly<Record<string, string>> {
  if (origin === undefined || !allowed.includes(origin)) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers':
      'content-type, authorization, x-cart-token, x-access-reason, apollo-require-preflight',
    'access-control-max-age': '600',
    vary: 'Origin',
  };
}
