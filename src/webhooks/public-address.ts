// Which addresses a webhook may reach: public ones, unless the shop's settings allow others. A name
// is resolved once, and the connection goes to an address that was checked.
import ipaddr from 'ipaddr.js';
import type { Network } from './network.js';

/** The receiver has no address, or one that may not be reached. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

/** Global unicast addresses, RFC 4291, section 2.4, and the IANA registry of the rest. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** Networks of IPv4 for special uses that the library takes for public ones: RFC 6890. */
const SPECIAL_IPV4 = ['0.0.0.0/8', '192.0.0.0/24', '192.88.99.0/24', '198.18.0.0/15'].map((range) =>
  ipaddr.IPv4.parseCIDR(range),
);

/** Whether the address, however it is spelled, is one of the public internet. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv6
    ? address.match(GLOBAL_IPV6)
    : SPECIAL_IPV4.every((range) => !address.match(range));
}

/**
 * What is wrong with the address of a webhook; undefined when it can be used. A name is checked
 * when it is resolved.
 */
export function faultOfUrl(text: string, mayBePrivate: boolean): string | undefined {
  if (text.length > 2_000 || !URL.canParse(text)) return 'url must be a URL of 2,000 characters.';
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (username !== '' || password !== '') return 'url must not have a user or a password.';
  if (hash !== '') return 'url must not have a fragment.';
  const schemes = mayBePrivate ? ['https:', 'http:'] : ['https:'];
  if (!schemes.includes(protocol)) return 'url must begin with https://.';
  const address = bareHost(hostname);
  const isPrivate = ipaddr.isValid(address) ? !isPublicAddress(address) : isLocalName(address);
  return isPrivate && !mayBePrivate ? 'url must not be a private address.' : undefined;
}

/** Resolves a host name for one connection. @throws AddressRefusedError */
export async function checkedAddresses(
  hostname: string,
  mayBePrivate: boolean,
  network: Pick<Network, 'addressesOf'>,
): Promise<readonly string[]> {
  const host = bareHost(hostname);
  const found = ipaddr.isValid(host) ? [host] : await resolved(host, network);
  if (found.length === 0) throw new AddressRefusedError('The name has no address');
  if (!mayBePrivate && !found.some(isPublicAddress)) {
    throw new AddressRefusedError('The address is not public');
  }
  // One private address among public ones is a sign of an attack.
  if (!mayBePrivate && !found.every(isPublicAddress)) {
    throw new AddressRefusedError('One of the addresses is not public');
  }
  return found;
}

async function resolved(
  host: string,
  { addressesOf }: Pick<Network, 'addressesOf'>,
): Promise<readonly string[]> {
  try {
    return await addressesOf(host);
  } catch (cause) {
    throw new AddressRefusedError('The name has no address', { cause });
  }
}

/** The URL parser has turned odd spellings of IPv4 into the usual one; IPv6 is in brackets. */
function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function isLocalName(host: string): boolean {
  return /^localhost\.?$|\.localhost\.?$/i.test(host);
}
