// One reader, or one subscriber from the start, that reads as fast as it can.
import type { EventStoreDBClient } from '@eventstore/db-client';
import type { ServerProcess } from '../../server-process.js';
import { withClient } from './servers.js';
import { sizes } from './sizes.js';
import type { Round } from './turns.js';

/** The common part of reads and subscriptions; their own types overload the callbacks. */
interface Events {
  on(event: 'data', listener: () => void): unknown;
  once(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'end', listener: () => void): unknown;
}

async function perSecondOf(events: Events, count: number): Promise<Round> {
  const begunAt = performance.now();
  let seen = 0;
  await new Promise<void>((resolve, reject) => {
    events.on('data', () => {
      seen += 1;
      if (seen === count) resolve();
    });
    events.once('error', reject);
    events.once('end', () => reject(new Error(`Only ${String(seen)} of ${String(count)} came`)));
  });
  const seconds = (performance.now() - begunAt) / 1000;
  return { perSecond: count / seconds };
}

/** Connects beforehand, so that no figure includes the cost of a connection. */
function measured(
  server: ServerProcess,
  measure: (client: EventStoreDBClient) => Promise<Round>,
): Promise<Round> {
  return withClient(server, async (client) => {
    await perSecondOf(client.readAll({ maxCount: 1 }), 1);
    return measure(client);
  });
}

export const readStreamOf = (stream: string) => (server: ServerProcess) =>
  measured(server, (client) =>
    perSecondOf(client.readStream(stream, { maxCount: sizes.readEvents }), sizes.readEvents),
  );

export const readAllOf = (server: ServerProcess) =>
  measured(server, (client) =>
    perSecondOf(client.readAll({ maxCount: sizes.readEvents }), sizes.readEvents),
  );

export const catchUpOf = (server: ServerProcess) =>
  measured(server, async (client) => {
    const subscription = client.subscribeToAll({ fromPosition: 'start' });
    const round = await perSecondOf(subscription, sizes.readEvents);
    await subscription.unsubscribe();
    return round;
  });
