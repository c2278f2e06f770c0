// Which web pages a browser may let talk to the service: its own, and those that were allowed.

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
