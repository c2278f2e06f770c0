// DATABASE_URL, as the driver has to get it.
import { parseIntoClientConfig } from 'pg-connection-string';
import { reasonOf } from '../errors/reason-of.js';

/**
 * The modes of libpq, and one of the driver.
 * https://www.postgresql.org/docs/current/libpq-ssl.html
 */
const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];
/**
 * The driver verifies the certificate in these modes too, and warns that a later release will not.
 */
const WEAKER = /([?&]sslmode=)(?:allow|prefer|require|verify-ca)(?=&|$)/g;

/**
 * The URL, with each mode of TLS that asks for any written as `verify-full`, unless
 * `uselibpqcompat=true` wants it as libpq has it.
 *
 * @throws Error of what the driver could not use; its message ends a sentence about the URL, and
 * has no secret
 */
export function driverUrlOf(text: string): string {
  if (!/^postgres(ql)?:\/\//.test(text)) {
    throw new Error('must be a URL that begins with postgres:// or postgresql://');
  }
  const url = text.includes('uselibpqcompat=true') ? text : text.replace(WEAKER, '$1verify-full');
  const { host, port, sslmode } = parsed(url);
  if (host?.includes(',') === true) throw new Error(`must name one host, and has ${host}`);
  if (port !== undefined && (port < 1 || port > 65_535)) {
    throw new Error(`must have a port from 1 to 65535, and has ${port}`);
  }
  if (sslmode !== undefined && !MODES.includes(sslmode)) {
    throw new Error(`must have an sslmode of ${MODES.join(', ')}`);
  }
  return url;
}

interface Parsed {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly sslmode?: string;
}

function parsed(url: string): Parsed {
  try {
    return parseIntoClientConfig(url);
  } catch (error) {
    throw new Error(`must be a URL that the driver can use: ${reasonOf(error)}`, { cause: error });
  }
}
