// Starts the operator's side of a running node: HTTP, and the file with its address.
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { DatabaseSync } from 'node:sqlite';
import type { Log } from '../log/log.js';
import type { Activity } from './activity.js';
import { backUp } from './backup.js';
import { removeHttpAddress, writeHttpAddress } from './http-address.js';
import { type HttpOptions, startHttp } from './http-server.js';
import { statisticsOf } from './statistics.js';

export interface OperationsOptions {
  readonly file: DatabaseSync;
  readonly log: Log;
  readonly activity: Activity;
  /** Undefined for a log in memory. */
  readonly dataDir: string | undefined;
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** PEM, if the node uses TLS. */
  readonly credentials?: { readonly key: string; readonly cert: string };
  /** Undefined for a node without users. */
  readonly isUser?: NonNullable<HttpOptions['isUser']>;
  readonly gossip: HttpOptions['gossip'];
}

export interface Operations {
  readonly port: number;
  /** Handles a connection that arrived on another port, with TLS already removed. */
  take(socket: Socket): void;
  /** Resolves when no backup is running any more. */
  stop(): Promise<void>;
}

/** @throws CannotListenError */
export async function startOperations(options: OperationsOptions): Promise<Operations> {
  const { file, log, activity, dataDir, host, credentials, gossip } = options;
  const token = randomBytes(32).toString('base64url');
  const backups = new Set<Promise<void>>();
  const server = await startHttp({
    ...options,
    token,
    gossip,
    statistics: () => statisticsOf(log, activity, dataDir),
    backUp: (to) => {
      const running = backUp(file, to).finally(() => backups.delete(running));
      backups.add(running);
      return running;
    },
  });
  if (dataDir !== undefined) {
    const scheme = credentials ? 'https' : 'http';
    const url = `${scheme}://${nameFrom(host)}:${server.port}`;
    writeHttpAddress(dataDir, {
      url,
      token,
      ...(credentials && { certificate: credentials.cert }),
    });
  }
  return {
    port: server.port,
    take: (socket) => server.take(socket),
    stop: async () => {
      if (dataDir !== undefined) removeHttpAddress(dataDir);
      await Promise.allSettled(backups);
      await server.stop();
    },
  };
}

/** The host name by which this machine reaches its own listener. */
function nameFrom(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
