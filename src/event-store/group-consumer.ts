// One consumer of a persistent subscription: the events that the store gives it, and what it tells
// the store of each. Another consumer gets the unacknowledged events of one that has gone.
import { ErrorType, isCommandError } from '@eventstore/db-client';
import { AnswerQueue } from './answer-queue.js';
import type { DuplexCall } from './client-internals.js';
import { isOutage, OtherConsumerError, StoreUnavailableError } from './errors.js';
import { ackRequest, parkRequest } from './group-messages.js';
import { type GroupAnswer, storedEventOf } from './read-answer.js';
import type { StoredEvent } from './stored-event.js';
import type { Time } from '../waiting/time.js';

export class GroupConsumer {
  private readonly queue: AnswerQueue<GroupAnswer>;
  /** By the id of the event: the id of the link that led to it. */
  private readonly links = new Map<string, string>();

  constructor(
    private readonly call: DuplexCall<GroupAnswer>,
    time: Pick<Time, 'soon'>,
  ) {
    this.queue = new AnswerQueue(call, time);
  }

  /**
   * Ends by `signal`, or throws: an end by the store is a fault. An event may come again, here or
   * at another consumer, until it is acknowledged or parked.
   *
   * @throws StoreUnavailableError; OtherConsumerError; the client's error for a group that is gone
   */
  async *events(signal: AbortSignal): AsyncGenerator<StoredEvent, void, undefined> {
    const { queue } = this;
    const isOver = () => signal.aborted;
    const stop = () => queue.stopWaiting();
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!isOver()) {
        const answers = queue.take();
        for (const answer of answers) {
          const stored = this.eventOf(answer);
          if (stored !== undefined && !isOver()) yield stored;
        }
        if (answers.length > 0) continue;
        if (queue.ended) throw faultOf(queue.ended.fault);
        await queue.arrival();
      }
    } finally {
      signal.removeEventListener('abort', stop);
      queue.cancel();
    }
  }

  /** The event is done. Any consumer of the group may say so; a lost one brings it again. */
  ack(eventId: string): void {
    if (!this.queue.ended) this.call.write(ackRequest(this.idFor(eventId)));
  }

  /** The store puts the event aside, with the reason, until it is replayed. */
  park(eventId: string, reason: string): void {
    if (!this.queue.ended) this.call.write(parkRequest(this.idFor(eventId), reason));
  }

  private eventOf({ answer, linkId }: GroupAnswer): StoredEvent | undefined {
    if (answer.kind === 'event') {
      const stored = storedEventOf(answer.record);
      if (linkId !== undefined) this.links.set(stored.id, linkId);
      return stored;
    }
    // A replayed event that the log no longer has.
    if (linkId !== undefined) this.ack(linkId);
    return undefined;
  }

  /** What the store calls the delivery of an event. */
  private idFor(eventId: string): string {
    const linkId = this.links.get(eventId);
    this.links.delete(eventId);
    return linkId ?? eventId;
  }
}

function faultOf(fault: Error | undefined): unknown {
  const doing = 'a persistent subscription';
  if (fault === undefined) return new StoreUnavailableError(doing, new Error('the store ended it'));
  if (isCommandError(fault) && fault.type === ErrorType.MAXIMUM_SUBSCRIBERS_REACHED) {
    return new OtherConsumerError(
      'Another instance without DATABASE_URL gets these events; only instances that share a Postgres share them',
      { cause: fault },
    );
  }
  return isOutage(fault) ? new StoreUnavailableError(doing, fault) : fault;
}
