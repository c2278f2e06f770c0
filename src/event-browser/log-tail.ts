// The events of the log from a place on, until the watcher leaves: first those that are there, then
// each as it is appended. The store filters what it can. No queue grows: a watcher that takes no
// events stops the store's subscription from sending more.
import { StoreUnavailableError } from '../event-store/errors.js';
import {
  demandReached,
  faultOfPlace,
  LogReplacedError,
  UnknownPlaceError,
} from '../event-store/log-place.js';
import type { EventStore, SubscribeOptions } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { backoffMs } from '../waiting/retrying.js';
import { delay, type Time } from '../waiting/time.js';
import { type LogFilter, matching } from './log-filter.js';

export type TailFrame =
  | { readonly event: StoredEvent }
  /** Everything that was there has been sent; what follows is new. */
  | { readonly caughtUpAt: bigint };

/** Where to begin: after a commit position, or at one of the log's ends. */
export type TailStart = bigint | 'start' | 'end';

export interface LogTailPorts {
  readonly store: Pick<EventStore, 'subscribeToAll' | 'headPosition' | 'eventIdAt' | 'isCluster'>;
  readonly time: Pick<Time, 'after' | 'random' | 'monotonicMs'>;
  /** Called with faults of the store from which it recovers. */
  readonly onFault: (fault: unknown) => void;
}

const PAUSE_MS = { least: 100, most: 2_000 };

/** Not a generator: `return` must end a `next` that is waiting. */
export class LogTail implements AsyncIterableIterator<TailFrame> {
  private readonly stopping = new AbortController();
  private readonly frames: AsyncGenerator<TailFrame, void, undefined>;

  constructor(ports: LogTailPorts, filter: LogFilter, start: TailStart) {
    this.frames = followed(ports, filter, start, this.stopping.signal);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<TailFrame, void>> {
    return this.frames.next();
  }

  async return(): Promise<IteratorResult<TailFrame, undefined>> {
    this.stopping.abort();
    await this.frames.return();
    return { done: true, value: undefined };
  }
}

/** Reconnects where it was when the store was away. */
async function* followed(
  { store, time, onFault }: LogTailPorts,
  filter: LogFilter,
  start: TailStart,
  signal: AbortSignal,
): AsyncGenerator<TailFrame, void, undefined> {
  // A fixed place: what is appended while it subscribes is not missed.
  let after = start === 'end' ? await store.headPosition() : start;
  let eventId: string | undefined;
  for (let failures = 0; !signal.aborted;) {
    try {
      // With an older backup of the log, the store would wait for what comes behind its end.
      if (after !== 'start') {
        await demandReached(store, { position: after, eventId }, { time, signal });
      }
      for await (const delivery of store.subscribeToAll({ ...asked(filter), after, signal })) {
        failures = 0;
        if ('caughtUp' in delivery) {
          yield { caughtUpAt: after === 'start' ? 0n : after };
          continue;
        }
        after = 'event' in delivery ? delivery.event.position : delivery.checkpoint;
        eventId = 'event' in delivery ? delivery.event.id : undefined;
        if (!('event' in delivery)) continue;
        const { event } = delivery;
        if (matching(filter, { ...event, stored: () => event }) !== undefined) yield { event };
      }
    } catch (error) {
      const fault = await faultAt(store, after, error);
      if (!(fault instanceof StoreUnavailableError)) throw fault;
      failures += 1;
      onFault(fault);
      await delay(time, backoffMs(failures, PAUSE_MS, time), signal);
    }
  }
}

/** What the place means that the watcher named is decided only while the store is there. */
async function faultAt(
  store: LogTailPorts['store'],
  after: bigint | 'start',
  error: unknown,
): Promise<unknown> {
  if (after === 'start') return error;
  if (error instanceof LogReplacedError) return new UnknownPlaceError(error.computedTo.position);
  try {
    return await faultOfPlace(store, { position: after, backwards: false }, error);
  } catch {
    return error;
  }
}

/** The store applies one filter; a prefix lets more through, which `matching` leaves out. */
function asked({
  types,
  stream,
  category,
}: LogFilter): Pick<SubscribeOptions, 'prefixes' | 'types'> {
  if (stream !== undefined) return { prefixes: [stream] };
  if (types !== undefined) return { prefixes: [], types: [...types] };
  return { prefixes: category === undefined ? 'all but those of the store' : [category] };
}
