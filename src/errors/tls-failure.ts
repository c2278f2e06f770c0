// Tells failures of TLS from other failures of a connection: to try again changes nothing, until
// a certificate or a setting is changed.

/** Node's codes for a certificate that is not trusted, and OpenSSL's for what is no TLS at all. */
const CODES =
  /^ERR_SSL_|CERT|ISSUER|LEAF_SIGNATURE|^HOSTNAME_MISMATCH$|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH/;

export function isTlsFailure(error: unknown): boolean {
  if (!Error.isError(error) || !('code' in error)) return false;
  return typeof error.code === 'string' && CODES.test(error.code);
}
