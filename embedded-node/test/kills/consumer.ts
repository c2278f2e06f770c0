// A consumer of a persistent subscription across the lives of a node: it acknowledges whatever it
// is given, and in the end it must have been given everything, with a checkpoint that skips
// nothing.
import { once } from 'node:events';
import {
  EventStoreDBClient,
  type PersistentSubscriptionToStreamSettings,
} from '@eventstore/db-client';

export class Consumer {
  private readonly seen = new Set<bigint>();
  private readonly checkpoints: bigint[] = [];
  private highest = -1n;

  constructor(
    private readonly stream: string,
    private readonly group: string,
  ) {}

  async create(
    connectionString: string,
    settings: PersistentSubscriptionToStreamSettings,
  ): Promise<void> {
    const client = EventStoreDBClient.connectionString(connectionString);
    await client.createPersistentSubscriptionToStream(this.stream, this.group, settings);
    await client.dispose();
  }

  /** Resolves when it is connected, with a promise of the node's end. */
  async startConsuming(client: EventStoreDBClient): Promise<{ readonly gone: Promise<void> }> {
    await this.rememberCheckpoint(client);
    const subscription = this.connect(client);
    subscription.on('data', (delivered) => {
      this.seen.add(delivered.event!.revision);
      subscription.ack(delivered).catch((error: unknown) => subscription.destroy(asError(error)));
    });
    await once(subscription, 'confirmation');
    const gone = new Promise<void>((resolve) => {
      // The end of the node is what this waits for; what it was told of it does not matter.
      subscription.once('error', () => resolve()).once('end', () => resolve());
    });
    return { gone: gone.finally(() => subscription.destroy()) };
  }

  /** Until everything in the stream was given at least once. */
  async consumeAll(client: EventStoreDBClient): Promise<void> {
    await this.rememberCheckpoint(client);
    const last = client.readStream(this.stream, {
      direction: 'backwards',
      fromRevision: 'end',
      maxCount: 1,
    });
    for await (const { event } of last) this.highest = event!.revision;
    if (this.isComplete()) return;
    const subscription = this.connect(client);
    for await (const delivered of subscription) {
      this.seen.add(delivered.event!.revision);
      await subscription.ack(delivered);
      if (this.isComplete()) break;
    }
    await subscription.unsubscribe();
  }

  /** What is wrong with what was given and where the group believed it was. */
  async findings(client: EventStoreDBClient): Promise<string[]> {
    await this.rememberCheckpoint(client);
    const found: string[] = [];
    this.checkpoints.forEach((checkpoint, i) => {
      if (checkpoint < (this.checkpoints[i - 1] ?? -1n)) found.push(`went back to ${checkpoint}`);
      if (checkpoint > this.highest) found.push(`${checkpoint} is not in the stream`);
    });
    return found;
  }

  private connect(client: EventStoreDBClient) {
    return client.subscribeToPersistentSubscriptionToStream(this.stream, this.group);
  }

  private isComplete(): boolean {
    return BigInt(this.seen.size) === this.highest + 1n;
  }

  private async rememberCheckpoint(client: EventStoreDBClient): Promise<void> {
    const { stats } = await client.getPersistentSubscriptionToStreamInfo(this.stream, this.group);
    this.checkpoints.push(stats.lastCheckpointedEventRevision ?? -1n);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
