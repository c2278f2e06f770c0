// Parses the `authorization` header of HTTP's basic scheme.

export interface Credentials {
  readonly login: string;
  readonly password: string;
}

const BASIC = /^basic +([a-z0-9+/]+={0,2})$/i;

/** Undefined for other schemes: the real server treats them as no credentials. */
export function basicCredentials(header: string): Credentials | undefined {
  const [, encoded] = BASIC.exec(header.trim()) ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return { login: text.slice(0, colon), password: text.slice(colon + 1) };
}
