// Tells a stream that the log has from its first event on, or has never had, from one that has lost
// events: a fold of what is left would be a guess.
import { AccessDeniedError } from '@eventstore/db-client';
import { DeletedStreamError, missingEvents } from './errors.js';
import type { EventStore } from './event-store.js';
import { metadataStreamOf, removalBy } from './stream-removal.js';

type ReadStreams = Pick<EventStore, 'readStream'>;

/** @throws StoreUnavailableError; IncompleteHistoryError where events of the stream are gone */
export async function demandBeginning(store: ReadStreams, stream: string): Promise<void> {
  for await (const { revision } of store.readStream(stream, { maxCount: 1 })) {
    if (revision > 0) throw missingEvents(stream, 0);
    return;
  }
  await demandNeverWritten(store, stream);
}

/**
 * For a stream of which a read gave nothing. @throws StoreUnavailableError; IncompleteHistoryError
 * where all of its events are gone
 */
export async function demandNeverWritten(store: ReadStreams, stream: string): Promise<void> {
  const removal = await removalFrom(store, stream);
  if (removal === 'deleted') throw new DeletedStreamError(stream);
  if (removal === 'truncated') throw missingEvents(stream, 0);
}

async function removalFrom(store: ReadStreams, stream: string) {
  const options = { backwards: true, maxCount: 1 };
  try {
    for await (const { data } of store.readStream(metadataStreamOf(stream), options)) {
      return removalBy(data);
    }
  } catch (error) {
    // Whoever may not see the metadata is not told what they have taken away.
    if (!(error instanceof AccessDeniedError)) throw error;
  }
  return undefined;
}
