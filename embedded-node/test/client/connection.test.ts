// How the client reaches the node: every form of connection string and of settings, discovery, node
// preferences, names, deadlines, keep-alive, cancellation and the end of a client.
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { status } from '@grpc/grpc-js';
import {
  CancelledError,
  DeadlineExceededError,
  EventStoreDBClient,
  FOLLOWER,
  LEADER,
  RANDOM,
  READ_ONLY_REPLICA,
  UnavailableError,
} from '@eventstore/db-client';
import { startSilentServer } from '../../../test/event-store/nodes.js';
import { Wire } from '../../../test/support/wire.ts';
import { all, happened, newStream, numbers, onEachNode, series } from './given.js';

/** One append and one read, by whatever way the client came. */
async function works(client: EventStoreDBClient): Promise<void> {
  const stream = newStream();
  await client.appendToStream(stream, series(2));
  expect(await numbers(client.readStream(stream))).toEqual([0, 1]);
}

onEachNode('connecting', (given) => {
  const addressOf = () => `${given.node.host}:${given.node.port}`;

  test.each([
    ['esdb://', '?tls=false'],
    ['esdb://', '?tls=false&nodePreference=follower'],
    ['esdb://', '?tls=false&keepAliveInterval=-1&keepAliveTimeout=-1&defaultDeadline=5000'],
    ['esdb://admin:changeit@', '?tls=false&throwOnAppendFailure=true&connectionName=named'],
    ['esdb+discover://', '?tls=false'],
    ['esdb+discover://', '?tls=false&maxDiscoverAttempts=3&discoveryInterval=10&gossipTimeout=2'],
    ['esdb+discover://', '?tls=false&nodePreference=leader'],
    ['esdb+discover://', '?tls=false&nodePreference=random'],
    ['esdb+discover://', '?tls=false&nodePreference=follower'],
    ['esdb+discover://', '?tls=false&nodePreference=readOnlyReplica'],
  ])('by %s…%s', async (scheme, query) => {
    const client = EventStoreDBClient.connectionString(`${scheme}${addressOf()}${query}`);
    given.cleanup.add(() => client.dispose());
    await works(client);
  });

  test('by a list of hosts of which one is there', async () => {
    const client = EventStoreDBClient.connectionString(
      `esdb://127.0.0.1:1,${addressOf()}?tls=false`,
    );
    given.cleanup.add(() => client.dispose());
    await works(client);
  });

  test.each([LEADER, FOLLOWER, RANDOM, READ_ONLY_REPLICA] as const)(
    'by settings of every kind, preferring %s',
    async (nodePreference) => {
      const endpoint = { address: given.node.host, port: given.node.port };
      for (const client of [
        new EventStoreDBClient({ endpoint }, { insecure: true }),
        new EventStoreDBClient({ endpoint: addressOf() }, { insecure: true }),
        new EventStoreDBClient({ endpoints: [endpoint], nodePreference }, { insecure: true }),
        new EventStoreDBClient({ discover: endpoint, nodePreference }, { insecure: true }),
      ]) {
        given.cleanup.add(() => client.dispose());
        await works(client);
      }
    },
  );

  test('calls that require the leader are answered, since there is no other', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, happened(0), { requiresLeader: true });
    const read = given.client.readStream(stream, { requiresLeader: true });
    expect(await numbers(read)).toEqual([0]);
  });

  test('who speaks TLS to a node without it is told that it is not available', async () => {
    const client = EventStoreDBClient.connectionString(`esdb://${addressOf()}?tls=true`);
    given.cleanup.add(() => client.dispose());
    const refused = client.appendToStream(newStream(), happened(0));
    await expect(refused).rejects.toMatchObject({ code: status.UNAVAILABLE });
    await works(given.client);
  });

  test('a name of a connection is kept, or made', () => {
    expect(given.connect('&connectionName=till').connectionName).toBe('till');
    expect(given.connect().connectionName).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a deadline that is over ends a call, whoever set it', async () => {
    const silent = await startSilentServer(given.cleanup);
    const impatient = EventStoreDBClient.connectionString(`${silent}&defaultDeadline=50`);
    given.cleanup.add(() => impatient.dispose());
    const patient = EventStoreDBClient.connectionString(silent);
    given.cleanup.add(() => patient.dispose());
    const stream = newStream();
    const credentials = { username: 'any', password: 'body' };
    for (const call of [
      impatient.appendToStream(stream, happened(0), { credentials }),
      patient.appendToStream(stream, happened(0), { credentials, deadline: 50 }),
      patient.deleteStream(stream, { deadline: 50 }),
      patient.tombstoneStream(stream, { deadline: 50 }),
    ]) {
      await expect(call).rejects.toBeInstanceOf(DeadlineExceededError);
    }
  });

  test('a deadline that is over when a batch arrives ends it', async () => {
    const client = given.connect();
    const stream = newStream();
    await client.appendToStream(stream, happened(0));
    // The client tells the node an instant, as one that was frozen on its way does: of the past.
    const late = client.appendToStream(stream, happened(1), { deadline: -1 });
    await expect(late).rejects.toBeInstanceOf(DeadlineExceededError);
    expect(await numbers(given.client.readStream(stream))).toEqual([0]);
  });

  test('an error leaves the connection as it is', async () => {
    const client = given.connect();
    for (let i = 0; i < 5; i++) {
      await expect(all(client.readStream(newStream()))).rejects.toThrow();
      await expect(client.deleteStream(newStream())).rejects.toThrow();
      const refused = client.appendToStream(newStream(), happened(0), { expectedRevision: 5n });
      await expect(refused).rejects.toThrow();
    }
    await works(client);
  });

  test('a disposed client ends its calls, and can be used again', async () => {
    const client = given.connect();
    const stream = newStream();
    await client.appendToStream(stream, series(3));
    const subscriptions = [client.subscribeToStream(stream), client.subscribeToAll()];
    const ends = subscriptions.map(async (subscription) => {
      await once(subscription.resume(), 'caughtUp');
      return once(subscription, 'end');
    });
    await Promise.all(subscriptions.map((subscription) => once(subscription, 'caughtUp')));
    await client.dispose();
    await Promise.all(ends);
    await works(client);
    await client.dispose();
    await client.dispose();
  });

  test('a client may have more calls open than one connection carries', async () => {
    const streams = Array.from({ length: 150 }, () => newStream());
    const subscriptions = streams.map((stream) => given.client.subscribeToStream(stream));
    await Promise.all(subscriptions.map((subscription) => once(subscription, 'confirmation')));
    const arrivals = subscriptions.map((subscription) => once(subscription, 'data'));
    for (const stream of streams) await given.client.appendToStream(stream, happened(0));
    await Promise.all(arrivals);
    await Promise.all(subscriptions.map((subscription) => subscription.unsubscribe()));
  });
});

onEachNode('a call that is cut off', (given) => {
  test('fails as unavailable, and the next one connects anew', async () => {
    const wire = await Wire.to(given.node, given.cleanup);
    const client = EventStoreDBClient.connectionString(wire.connectionString);
    given.cleanup.add(() => client.dispose());
    const stream = newStream();
    await given.client.appendToStream(stream, series(5));
    const subscription = client.subscribeToStream(stream);
    await once(subscription.resume(), 'caughtUp');
    const failed = once(subscription, 'error');
    wire.cut();
    const [error] = (await failed) as [unknown];
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).not.toBeInstanceOf(CancelledError);
    await works(client);
  });
});
