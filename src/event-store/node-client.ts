// A client of one node, over a TCP connection of its own.
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { Channel, type ChannelCredentials, credentials } from '@grpc/grpc-js';
import { EventStoreDBClient } from '@eventstore/db-client';
import { useChannels } from './client-internals.js';
import type { NodeAddress, StoreAddress, TlsFiles } from './store-address.js';

/** The client's own default, in milliseconds. */
const KEEP_ALIVE_MS = 10_000;
/** An event of the store's own projections may have 16 MiB. */
const MAX_ANSWER_BYTES = 17 * 1024 * 1024;
/** The server name in certificates that the store's own tool makes. */
export const SERVER_NAME = 'eventstoredb-node';

/**
 * Connects at the first call.
 *
 * @throws Error for options that the client rejects
 */
export function clientOf(
  { options, tls }: StoreAddress,
  endpoint: NodeAddress,
): EventStoreDBClient {
  const { keepAliveInterval, keepAliveTimeout, defaultDeadline, connectionName } = options;
  const client = new EventStoreDBClient(
    {
      endpoint: { ...endpoint },
      ...(keepAliveInterval !== undefined && { keepAliveInterval }),
      ...(keepAliveTimeout !== undefined && { keepAliveTimeout }),
      ...(defaultDeadline !== undefined && { defaultDeadline }),
      ...(connectionName !== undefined && { connectionName }),
    },
    { insecure: tls === undefined },
    options.defaultCredentials,
  );
  useChannels(client, (target) => channelTo(target, tls, keepAliveInterval, keepAliveTimeout));
  return client;
}

/**
 * By default grpc-js shares a connection between all channels to one address. Then appends would
 * wait behind reads, and a client that replaces a silent connection would get the same connection
 * again.
 */
function channelTo(
  target: string,
  tls: TlsFiles | undefined,
  keepAliveInterval = KEEP_ALIVE_MS,
  keepAliveTimeout = KEEP_ALIVE_MS,
): Channel {
  const host = target.slice(0, target.lastIndexOf(':'));
  return new Channel(target, credentialsFor(host, tls), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.keepalive_time_ms': keepAliveInterval < 0 ? Number.MAX_VALUE : keepAliveInterval,
    'grpc.keepalive_timeout_ms': keepAliveTimeout < 0 ? Number.MAX_VALUE : keepAliveTimeout,
    'grpc.max_receive_message_length': MAX_ANSWER_BYTES,
    ...(tls !== undefined && isIP(host) > 0 && { 'grpc.ssl_target_name_override': SERVER_NAME }),
  });
}

/**
 * An IP address is not a valid server name (RFC 6066, section 3), and Node warns about it
 * (DEP0123). So a node with an IP address is requested by a fixed name, and its certificate is
 * still checked for the address.
 */
function credentialsFor(host: string, tls: TlsFiles | undefined): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure();
  const { authority = null, userKey = null, userCertificate = null } = tls;
  return credentials.createSsl(authority, userKey, userCertificate, {
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
  });
}
