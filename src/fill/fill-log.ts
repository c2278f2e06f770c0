// Appends a filled log to an empty store, many appends at once: in their order, but for one that a
// busy store answers late and that is sent again. The appends of one stream wait for each other.
import { inParallel } from '../commands/in-parallel.js';
import type { Pricing } from '../domain/cart/pricing.js';
import type { EventStore } from '../event-store/event-store.js';
import { FilledLog, type FilledSize } from './filled-log.js';
import type { FilledAppend } from './filled-streams.js';

/** The store has events; a filled log of a known size cannot be made of it. */
export class NotEmptyLogError extends Error {
  override readonly name = 'NotEmptyLogError';
}

export interface FillSummary {
  readonly events: number;
  readonly appends: number;
}

/** The node commits those in flight together. */
const IN_FLIGHT = 64;
/** A fill waits for a store that is busy rather than fail. */
const APPEND_TIMEOUT_MS = 600_000;

/** @throws NotEmptyLogError, StoreUnavailableError */
export async function fillLog(
  store: Pick<EventStore, 'append' | 'firstEventId'>,
  size: FilledSize,
  pricing: Pricing,
  onProgress: (events: number) => void = () => undefined,
): Promise<FillSummary> {
  if ((await store.firstEventId()) !== undefined) {
    throw new NotEmptyLogError('The log has events already: only an empty one can be filled');
  }
  let events = 0;
  let appends = 0;
  const underway = new Map<string, Promise<unknown>>();
  const filled = new FilledLog(size, pricing);
  await inParallel(filled.appends(), IN_FLIGHT, async (append) => {
    const { stream } = append;
    const before = underway.get(stream);
    const own = before === undefined ? send(store, append) : before.then(() => send(store, append));
    underway.set(stream, own);
    await own;
    if (underway.get(stream) === own) underway.delete(stream);
    appends += 1;
    onProgress((events += append.events.length));
  });
  return { events, appends };
}

function send(
  store: Pick<EventStore, 'append'>,
  { stream, events, expectedRevision }: FilledAppend,
): Promise<unknown> {
  return store.append(stream, events, expectedRevision, { timeoutMs: APPEND_TIMEOUT_MS });
}
