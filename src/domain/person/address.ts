// E-mail addresses as the service compares them.

/**
 * Mail systems hardly ever tell letters' case apart, so `Ann@Example.org` is `ann@example.org`. A
 * domain has two spellings, and some browsers send `xn--bcher-kva.example` where the shopper typed
 * `bücher.example`.
 */
export function normalizedAddress(email: string): string {
  return withAsciiDomain(writtenAddress(email));
}

/** As `normalizedAddress`, but for the two spellings of a domain. */
export function writtenAddress(email: string): string {
  return email.normalize('NFC').trim().toLowerCase();
}

/** The spelling of the domain that every mail server knows, RFC 5890. */
export function withAsciiDomain(email: string): string {
  const at = email.lastIndexOf('@') + 1;
  const domain = email.slice(at);
  const url = `http://${domain}`;
  // The parser of URLs knows how a domain is spelled in ASCII: UTS #46.
  if (/[/?#%]/.test(domain) || !URL.canParse(url)) return email;
  return email.slice(0, at) + new URL(url).hostname;
}
