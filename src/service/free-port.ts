// Tells a taken port before the log is read: the start of a large shop takes minutes.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Config } from './config.js';

/** Rejects when the port is not available (EADDRINUSE, EACCES). */
export async function demandFreePort({ host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  const probe = createServer().listen({ host, port });
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}
