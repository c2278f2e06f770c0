// Checks whether a stream is complete from its first event, was never written, or has lost events.
// A fold of incomplete events would be a guess.
import { AccessDeniedError } from '@eventstore/db-client';
import { DeletedStreamError, missingEvents } from './errors.js';
import type { EventStore } from './event-store.js';
import { metadataStreamOf, type Removal, removalBy } from './stream-removal.js';

type ReadStreams = Pick<EventStore, 'readStream'>;

/**
 * @throws StoreUnavailableError
 * @throws IncompleteHistoryError when events of the stream are missing
 */
export async function demandBeginning(store: ReadStreams, stream: string): Promise<void> {
  for await (const { revision } of store.readStream(stream, { maxCount: 1 })) {
    if (revision > 0) throw missingEvents(stream, 0);
    return;
  }
  await demandNeverWritten(store, stream);
}

/**
 * For a stream whose read gave no events.
 *
 * @throws StoreUnavailableError
 * @throws IncompleteHistoryError when all of its events were removed
 */
export async function demandNeverWritten(store: ReadStreams, stream: string): Promise<void> {
  const removal = await removalFrom(store, stream);
  if (removal === 'deleted') throw new DeletedStreamError(stream);
  if (removal === 'truncated') throw missingEvents(stream, 0);
}

/**
 * What a stream's metadata lets the store take away, now or later; undefined for nothing.
 *
 * @throws StoreUnavailableError
 */
export async function removalFrom(
  store: ReadStreams,
  stream: string,
): Promise<Removal | undefined> {
  const options = { backwards: true, maxCount: 1 };
  try {
    for await (const { data } of store.readStream(metadataStreamOf(stream), options)) {
      return removalBy(data);
    }
  } catch (error) {
    // A user without access to the metadata cannot see whether events were removed.
    if (!(error instanceof AccessDeniedError)) throw error;
  }
  return undefined;
}
