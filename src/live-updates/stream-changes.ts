// One watcher's view of a stream: every change after a revision exactly once, in order. Its queue
// is bounded; after an overflow it reads the missing changes from the log. It is a hand-written
// iterator, because a generator that waits in `await` cannot be ended from outside and would
// outlive its socket.
import type { Recorded } from '../domain/decider.js';
import { missingEvents } from '../event-store/errors.js';
import { recorded } from '../event-store/recorded.js';
import type { EventStore } from '../event-store/event-store.js';
import { evolved, type Fold, type FoldLimit } from '../folds/folding.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import type { StreamFolds } from '../folds/stream-folds.js';
import type { LiveFeed, Watcher } from './live-feed.js';

export interface StreamChange<State, Event> {
  /**
   * Null on the first frame of a new subscription, of one whose cursor could not be resumed, and of
   * one whose log was replaced.
   */
  readonly entry: { readonly stored: StoredEvent; readonly event: Recorded<Event> } | null;
  readonly state: State;
  readonly revision: number;
}

export interface WatchedStream<State, Event> {
  readonly stream: string;
  readonly fold: Fold<State, Event>;
  /** The last revision that the watcher has seen; without it, the current state comes first. */
  readonly afterRevision: number | undefined;
  /** Told where a watcher that resumes begins: it has seen this state. */
  readonly onResume?: (state: State, revision: number) => void;
}

/** Maximum changes queued in memory; further changes are read from the log. */
const MAX_QUEUED = 64;
/** A cursor further behind than this gets the current state instead of every change. */
const MAX_RESUMED = 1_000;

type NextChange<State, Event> = IteratorResult<StreamChange<State, Event>, undefined>;

export class StreamChanges<State, Event>
  implements AsyncIterableIterator<StreamChange<State, Event>>, Watcher
{
  private queue: StoredEvent[] = [];
  /** Whether the log has changes that the queue does not. */
  private isBehind = true;
  private hasBegun = false;
  private mustBeginAgain = false;
  private isOver = false;
  private state: State;
  private revision = -1;
  private wake: (() => void) | undefined;

  constructor(
    private readonly feed: Pick<LiveFeed, 'watch' | 'leave'>,
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly folds: StreamFolds,
    private readonly watched: WatchedStream<State, Event>,
  ) {
    this.state = watched.fold.decider.initial;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  notice(event: StoredEvent): void {
    if (this.isBehind) return;
    if (this.queue.length < MAX_QUEUED) this.queue.push(event);
    else {
      this.queue = [];
      this.isBehind = true;
    }
    this.wake?.();
  }

  beginAgain(): void {
    this.mustBeginAgain = true;
    this.wake?.();
  }

  async next(): Promise<NextChange<State, Event>> {
    if (!this.hasBegun) {
      this.hasBegun = true;
      const first = await this.begin();
      if (first !== undefined) return { done: false, value: first };
    }
    while (!this.ended()) {
      if (this.mustBeginAgain) return { done: false, value: await this.asItStands() };
      const stored = this.queue.shift();
      if (stored === undefined) {
        if (this.isBehind) await this.readOn();
        else await this.news();
      } else if (stored.revision === this.revision + 1) {
        const change = this.apply(stored);
        if (change !== undefined) return { done: false, value: change };
      } else if (stored.revision > this.revision) {
        // A revision is missing in between; it is read from the log.
        this.queue = [];
        this.isBehind = true;
      }
    }
    return { done: true, value: undefined };
  }

  /** Ends the iteration at once, even while `next` waits. */
  return(): Promise<NextChange<State, Event>> {
    this.isOver = true;
    this.queue = [];
    this.feed.leave(this.watched.stream, this);
    this.wake?.();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<NextChange<State, Event>> {
    void this.return();
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }

  /** Registers before it reads, so that no event is lost between the two. */
  private async begin(): Promise<StreamChange<State, Event> | undefined> {
    const { stream, afterRevision } = this.watched;
    await this.feed.watch(stream, this);
    if (this.ended()) {
      this.feed.leave(stream, this);
      return undefined;
    }
    if (afterRevision === undefined) return this.asItStands();
    const head = await this.headRevision();
    if (afterRevision > head || head - afterRevision > MAX_RESUMED) return this.asItStands();
    await this.fold({ revision: afterRevision });
    this.watched.onResume?.(this.state, this.revision);
    return undefined;
  }

  /** What has been appended meanwhile is read afterwards. */
  private async asItStands(): Promise<StreamChange<State, Event>> {
    this.mustBeginAgain = false;
    this.isBehind = true;
    this.queue = [];
    await this.fold({});
    return { entry: null, state: this.state, revision: this.revision };
  }

  /** Folds the stream so far without delivering changes. */
  private async fold(limit: FoldLimit): Promise<void> {
    const { fold, stream } = this.watched;
    const { state, revision } = await this.folds.upTo(fold, stream, limit);
    this.state = state;
    this.revision = revision;
  }

  private async readOn(): Promise<void> {
    const from = this.revision + 1;
    // From here on new events are noticed; this read covers earlier ones.
    this.isBehind = false;
    const read: StoredEvent[] = [];
    const page = this.store.readStream(this.watched.stream, { from, maxCount: MAX_QUEUED });
    for await (const stored of page) read.push(stored);
    if ((read[0]?.revision ?? from) > from) throw missingEvents(this.watched.stream, from);
    this.queue = [...read, ...this.queue];
    // After a full page, more events may follow before the noticed ones, so read on.
    if (read.length === MAX_QUEUED) {
      this.queue = read;
      this.isBehind = true;
    }
  }

  private async headRevision(): Promise<number> {
    const last = this.store.readStream(this.watched.stream, { backwards: true, maxCount: 1 });
    for await (const { revision } of last) return revision;
    return -1;
  }

  /**
   * Undefined for an event of an unknown type, which changes nothing.
   *
   * @throws UnreadableEventError
   */
  private apply(stored: StoredEvent): StreamChange<State, Event> | undefined {
    const { decider, codec } = this.watched.fold;
    const event = recorded(codec, stored);
    this.revision = stored.revision;
    if (event === undefined) return undefined;
    this.state = evolved(decider, this.state, event, stored);
    return { entry: { stored, event }, state: this.state, revision: this.revision };
  }

  private async news(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.wake = undefined;
  }

  private ended(): boolean {
    return this.isOver;
  }
}
