// Puts together what is there for those who look after a running node: HTTP, and where it can be
// found.
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
  /** 0 picks a free one. */
  readonly port: number;
  /** PEM, where the node speaks TLS. */
  readonly credentials?: { readonly key: string; readonly cert: string };
  /** Undefined where there are no users. */
  readonly isUser?: NonNullable<HttpOptions['isUser']>;
  readonly gossip: HttpOptions['gossip'];
}

export interface Operations {
  readonly port: number;
  /** Answers on a connection that came to another port, without its TLS. */
  take(socket: Socket): void;
  /** Resolves when no backup is being made any more. */
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

/** How this machine itself reaches what listens on an address. */
function nameFrom(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
