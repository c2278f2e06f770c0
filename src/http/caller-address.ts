// Determines the caller's address: the address of the connection, or the one that a trusted proxy
// reports. Fastify's trustProxy cannot do this: it takes any entry of the list for an address. A
// proxy that writes ports would make each connection another caller.
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** The address that the rate limits count. */
export type CallerAddress = (request: IncomingMessage) => string;

/**
 * Trusts `X-Forwarded-For` only from the trusted addresses. Each proxy appends the address that it
 * saw, so the list is read from its end: the last address that is not a trusted proxy is the
 * caller.
 *
 * @param trusted addresses and CIDR ranges
 */
export function callerAddressBehind(trusted: readonly string[]): CallerAddress {
  const isProxy = listed(trusted);
  return ({ socket, headers }) => {
    let caller = addressIn(socket.remoteAddress ?? '') ?? '';
    const forwarded = headers['x-forwarded-for'];
    const hops = forwarded === undefined ? [] : [forwarded].flat().join(',').split(',');
    while (caller !== '' && isProxy(caller)) {
      const before = addressIn(hops.pop() ?? '');
      // When the list ends or an entry is not an address, the proxy itself is counted.
      if (before === undefined) break;
      caller = before;
    }
    return caller;
  };
}

/** Whether the other end of a connection is one of these. */
export function trustedPeers(trusted: readonly string[]): (peer: string) => boolean {
  const isListed = listed(trusted);
  return (peer) => {
    const address = addressIn(peer);
    return address !== undefined && isListed(address);
  };
}

/** For addresses that `addressIn` has found. */
function listed(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) addTo(list, range);
  return (address) => list.check(address, familyOf(address));
}

function addTo(list: BlockList, range: string): void {
  const [address = '', bits] = range.split('/');
  const family = familyOf(address);
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Some proxies append a port to the address. IPv4 over an IPv6 socket is the IPv4 address. */
function addressIn(hop: string): string | undefined {
  const text = hop.trim();
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const whole = /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? bare;
  // The zone (network card) does not identify the caller.
  const address = whole.replace(/%.*$/, '');
  return isIP(address) === 0 ? undefined : address;
}
