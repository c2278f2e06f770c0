// Spoils streams as programs of others, operators and newer versions of the service do: by the
// official client, and by bytes that no client would send.
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  binaryEvent,
  type EventStoreDBClient,
  jsonEvent,
  StreamNotFoundError,
} from '@eventstore/db-client';
import { batchRequest } from '../../src/event-store/append-message.js';
import { openBatchCall } from '../../src/event-store/client-internals.js';

export const BADNESSES = [
  'no metadata',
  'empty metadata',
  'a command id that is no text',
  'binary',
  'wrong shape',
  'malformed JSON',
  'deep JSON',
  'newer version',
  'huge',
  'unknown type',
  'unknown type without metadata',
  'tombstone',
  'soft delete',
  '$maxCount',
  '$tb',
  '$maxAge',
] as const;

export type Badness = (typeof BADNESSES)[number];

const MARK = '{"malformed":true}';

export class ForeignWriter {
  constructor(private readonly client: EventStoreDBClient) {}

  async spoil(stream: string, type: string, badness: Badness): Promise<void> {
    const { client } = this;
    const metadata = { schemaVersion: 1, occurredAt: new Date().toISOString() };
    const append = (...events: Parameters<typeof client.appendToStream>[1][]) =>
      client.appendToStream(stream, events.flat());
    switch (badness) {
      case 'no metadata':
        await append(jsonEvent({ type, data: {} }));
        return;
      case 'empty metadata':
        await append(jsonEvent({ type, data: {}, metadata: {} }));
        return;
      case 'a command id that is no text':
        await append(jsonEvent({ type, data: {}, metadata: { ...metadata, commandId: 7 } }));
        return;
      case 'binary':
        await append(binaryEvent({ type, data: Buffer.from([0, 255, 7]) }));
        return;
      case 'wrong shape':
        await append(jsonEvent({ type, data: { sku: 7 }, metadata }));
        return;
      case 'malformed JSON':
        await this.appendMalformed(stream, type, metadata);
        return;
      case 'deep JSON': {
        let data = {};
        for (let depth = 0; depth < 3_000; depth += 1) data = { data };
        await append(jsonEvent({ type, data, metadata }));
        return;
      }
      case 'newer version':
        await append(jsonEvent({ type, data: {}, metadata: { ...metadata, schemaVersion: 99 } }));
        return;
      case 'huge':
        await append(jsonEvent({ type, data: { text: 'x'.repeat(1_000_000) }, metadata }));
        return;
      case 'unknown type':
        await append(jsonEvent({ type: 'CartPainted', data: {}, metadata }));
        return;
      case 'unknown type without metadata':
        await append(jsonEvent({ type: 'CartPainted', data: {} }));
        return;
      default:
        await this.takeAway(stream, type, badness);
    }
  }

  private async takeAway(stream: string, type: string, badness: Badness): Promise<void> {
    const { client } = this;
    await client.appendToStream(stream, jsonEvent({ type: 'CartPainted', data: { type } }));
    switch (badness) {
      case 'tombstone':
        await client.tombstoneStream(stream);
        return;
      case 'soft delete':
        await client.deleteStream(stream);
        return;
      case '$maxCount':
        await client.setStreamMetadata(stream, { maxCount: 1 });
        return;
      case '$tb':
        await client.setStreamMetadata(stream, { truncateBefore: 1 });
        return;
      default:
        await client.setStreamMetadata(stream, { maxAge: 1 });
        // Until the events are older than that, they are there.
        await delay(2_100);
    }
  }

  /** No client sends JSON that is none, so a letter is changed on its way. */
  private async appendMalformed(
    stream: string,
    type: string,
    metadata: { readonly schemaVersion: number; readonly occurredAt: string },
  ): Promise<void> {
    const revision = await this.lastRevision(stream);
    const event = { id: randomUUID(), type, data: { malformed: true }, metadata };
    const expectedRevision = revision < 0 ? 'no_stream' : revision;
    const message = batchRequest(
      randomUUID(),
      { stream, events: [event], expectedRevision },
      Date.now(),
    );
    message[Buffer.from(message).indexOf(MARK)] = '['.charCodeAt(0);
    const call = await openBatchCall(this.client, { requiresLeader: false });
    if (call === undefined) throw new Error('The node takes no batches');
    call.write(message);
    await once(call, 'data');
    call.cancel();
  }

  private async lastRevision(stream: string): Promise<number> {
    const options = { direction: 'backwards', fromRevision: 'end', maxCount: 1 } as const;
    let last = -1;
    try {
      // To the end: a read that is left early keeps the client from being disposed of.
      for await (const { event } of this.client.readStream(stream, options)) {
        last = Number(event?.revision ?? last);
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
    return last;
  }
}
