// The official client as the rest of this folder uses it.
import { type EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import type { ReadReqMessage } from 'embedded-eventstoredb/wire';
import type { AppendRequest } from './append-message.js';
import type { Appended } from './batch-answer.js';
import { toClientEvent } from './client-events.js';
import { disconnect, openBatchCall, openRead } from './client-internals.js';
import type { BatchCall, CallOptions, ReadCall, StoreClient } from './store-access.js';

export class OfficialClient implements StoreClient {
  constructor(private readonly client: EventStoreDBClient) {}

  batchCall(options: CallOptions): Promise<BatchCall | undefined> {
    return openBatchCall(this.client, options);
  }

  readCall<Answer>(
    request: ReadReqMessage,
    decode: (answer: Uint8Array) => Answer,
    options: CallOptions,
  ): Promise<ReadCall<Answer>> {
    return openRead(this.client, request, decode, options);
  }

  async appendAlone(request: AppendRequest, options: CallOptions): Promise<Appended> {
    const { stream, events, expectedRevision } = request;
    const { nextExpectedRevision, position } = await this.client.appendToStream(
      stream,
      events.map(toClientEvent),
      {
        expectedRevision: expectedRevision === 'no_stream' ? NO_STREAM : BigInt(expectedRevision),
        ...options,
      },
    );
    return { position: position?.commit ?? null, revision: Number(nextExpectedRevision) };
  }

  disconnect(): Promise<void> {
    return disconnect(this.client);
  }
}
