// Whose `traceparent` a request goes on with. One that is not trusted begins a trace of its own: a
// stranger must not decide what is sampled, nor add spans to a trace of ours.
import type { IncomingMessage } from 'node:http';
import { trustedPeers } from './caller-address.js';

export const traceTrusts = ['none', 'proxies', 'all'] as const;
export type TraceTrust = (typeof traceTrusts)[number];

export interface TrustedTraces {
  isOfTrusted(request: IncomingMessage): boolean;
  /** Whether the `extensions` of an operation over a websocket are: no proxy looks into frames. */
  readonly inFrames: boolean;
}

/** @param proxies addresses and CIDR ranges */
export function trustedTraces(trust: TraceTrust, proxies: readonly string[]): TrustedTraces {
  const isProxy = trustedPeers(proxies);
  return {
    isOfTrusted: ({ socket }) =>
      trust === 'all' || (trust === 'proxies' && isProxy(socket.remoteAddress ?? '')),
    inFrames: trust === 'all',
  };
}
