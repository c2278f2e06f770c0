// What an attempt reaches a receiver through: the names of the internet and its sockets. The
// service has the real ones, a simulator has others.
import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { SignedMessage } from './signed-message.js';

export interface Posted {
  readonly url: URL;
  /** The connection goes to one of them, whatever the host name says by then. */
  readonly addresses: readonly string[];
  readonly message: SignedMessage;
  /** Ends the connection. */
  readonly signal: AbortSignal;
}

export interface Answered {
  readonly status: number;
  /** The header of that name, if there is one. */
  readonly retryAfter?: string | undefined;
}

export interface Network {
  /** The addresses of a host name. Rejects when it has none. */
  readonly addressesOf: (host: string) => Promise<readonly string[]>;
  /**
   * Posts a message; resolves with the head of the answer.
   *
   * @throws ConnectionEndedError; errors with the codes of Node's sockets, or of its HTTP parser
   */
  readonly post: (posted: Posted) => Promise<Answered>;
}

/** The connection ended before a status. */
export class ConnectionEndedError extends Error {
  override readonly name = 'ConnectionEndedError';
}

const MAX_HEAD_BYTES = 16_384;

export const internet: Network = {
  addressesOf: async (host) => {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  },
  post: ({ url, addresses, message: { body, headers }, signal }) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    return new Promise((resolve, reject) => {
      const call = request(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' },
        lookup: lookupOf(addresses),
        // A connection of its own: none that was kept is to another address.
        agent: false,
        maxHeaderSize: MAX_HEAD_BYTES,
        signal,
      });
      call.on('response', (answer) => {
        resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] });
        answer.destroy();
      });
      // After the status, an error of the connection concerns nothing.
      call.on('error', reject);
      call.on('close', () => reject(new ConnectionEndedError('The connection ended')));
      call.end(body);
    });
  },
};

/**
 * For `http.request`: answers with the addresses that were checked, whatever it is asked. Node
 * tries one after the other: a host without IPv6 reaches a receiver that has both.
 */
export function lookupOf(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({
    ...{ address, family: ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4 },
  }));
  return (_hostname, options, callback) => {
    if (options.all === true) callback(null, found);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  };
}
